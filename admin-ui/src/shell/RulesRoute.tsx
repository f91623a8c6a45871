// The rules with a what-if beside them: two features that do not know each other.
import { RulesPage } from '../features/rules/RulesPage';
import { WhatIfPanel } from '../features/what-if/WhatIfPanel';

export default function RulesRoute() {
    return <RulesPage WhatIf={WhatIfPanel} />;
}
