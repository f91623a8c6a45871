// A verdict is always icon, word and colour.
import { Ban, CircleCheck, ScanEye, TriangleAlert } from 'lucide-react';

import { classes } from './classes';
import { componentTexts } from './texts';
import css from './VerdictBadge.module.css';

export type VerdictKind = 'allow' | 'deny' | 'inspect' | 'error';

export const verdictIcons = { allow: CircleCheck, deny: Ban, inspect: ScanEye, error: TriangleAlert } as const;

interface Props {
    verdict: VerdictKind;
    /** A rule says "Deny"; of a session one says "Denied". */
    tense?: 'rule' | 'session';
    /** Another word in the same colours: "observe" on the inspection tab. */
    word?: string;
}

export function VerdictBadge({ verdict, tense = 'rule', word }: Props) {
    const Icon = verdictIcons[verdict];
    return (
        <span className={classes(css.badge, css[verdict])}>
            <Icon aria-hidden="true" size={14} />
            {word ?? componentTexts.verdict[verdict][tense === 'rule' ? 0 : 1]}
        </span>
    );
}
