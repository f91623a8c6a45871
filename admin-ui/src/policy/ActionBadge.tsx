// What a rule does, as icon, word and colour. Allow, deny and the inspecting action look like the
// verdicts they lead to; blind and limit decide nothing and stay grey.
import { EyeOff, Gauge } from 'lucide-react';

import { Chip } from '../components/Chip';
import { VerdictBadge } from '../components/VerdictBadge';
import type { Action } from './document';
import { policyTexts } from './texts';

export function ActionBadge({ action }: { action: Action | string }) {
    const word = policyTexts.action[action as Action] ?? action;
    switch (action) {
        case 'allow': return <VerdictBadge verdict="allow" word={word} />;
        case 'deny': return <VerdictBadge verdict="deny" word={word} />;
        case 'observe': return <VerdictBadge verdict="inspect" word={word} />;
        case 'blind': return <Chip icon={EyeOff}>{word}</Chip>;
        case 'limit': return <Chip icon={Gauge}>{word}</Chip>;
        default: return <Chip>{word}</Chip>;
    }
}
