// Chip: a small fact (a group, a tag). FilterChips: what a page is filtered by, each removable.
import { X, type LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';

import css from './Chip.module.css';
import { classes } from './classes';
import { componentTexts } from './texts';

export type ChipTone = 'plain' | 'accent' | 'allow' | 'deny' | 'inspect' | 'warning';

interface ChipProps {
    tone?: ChipTone;
    icon?: LucideIcon;
    children: ReactNode;
    title?: string;
}

export function Chip({ tone = 'plain', icon: Icon, children, title }: ChipProps) {
    return (
        <span className={classes(css.chip, css[tone])} title={title}>
            {Icon && <Icon aria-hidden="true" size={13} />}
            {children}
        </span>
    );
}

export interface FilterChip {
    key: string;
    /** "Verdict is" */
    field: string;
    /** "Deny" */
    value: string;
}

interface FilterChipsProps {
    chips: readonly FilterChip[];
    onRemove(key: string): void;
    onClear?(): void;
}

export function FilterChips({ chips, onRemove, onClear }: FilterChipsProps) {
    if (chips.length === 0) return null;
    return (
        <ul className={css.list}>
            {chips.map((chip) => (
                <li key={chip.key} className={classes(css.chip, css.accent, css.removable)}>
                    <span>
                        {chip.field} <b>{chip.value}</b>
                    </span>
                    <button type="button" aria-label={componentTexts.remove(`${chip.field} ${chip.value}`)} onClick={() => onRemove(chip.key)}>
                        <X aria-hidden="true" size={13} />
                    </button>
                </li>
            ))}
            {onClear && (
                <li>
                    <button type="button" className={css.clear} onClick={onClear}>
                        {componentTexts.clearAll}
                    </button>
                </li>
            )}
        </ul>
    );
}
