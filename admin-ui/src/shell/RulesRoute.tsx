// The rules with a what-if beside them: two features that do not know each other.
import { lazy } from 'react';

import { RulesPage } from '../features/rules/RulesPage';

const WhatIfPanel = lazy(async () => ({ default: (await import('../features/what-if/WhatIfPanel')).WhatIfPanel }));

export default function RulesRoute() {
    return <RulesPage WhatIf={WhatIfPanel} />;
}
