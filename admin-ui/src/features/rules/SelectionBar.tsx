// What can be done to several rules at once. There is one way back for all of them.
import { FolderPlus, Power, PowerOff, Trash2, X } from 'lucide-react';

import { Button, IconButton } from '../../components/Button';
import type { Rule } from '../../policy/types';
import css from './RulesPage.module.css';
import { rulesTexts } from './texts';

interface SelectionBarProps {
    rules: readonly Rule[];
    /** Why they cannot be changed. */
    reason: string | undefined;
    onSwitch(enabled: boolean): void;
    onSection(): void;
    onRemove(): void;
    onClear(): void;
}

export function SelectionBar({ rules, reason, onSwitch, onSection, onRemove, onClear }: SelectionBarProps) {
    const texts = rulesTexts.bulk;
    return (
        <section className={css.selection} aria-label={texts.label}>
            <b role="status">{texts.count(rules.length)}</b>
            {rules.some((rule) => !rule.enabled) && <Button size="small" icon={Power} reason={reason} onClick={() => onSwitch(true)}>{rulesTexts.switchOn}</Button>}
            {rules.some((rule) => rule.enabled) && <Button size="small" icon={PowerOff} reason={reason} onClick={() => onSwitch(false)}>{rulesTexts.switchOff}</Button>}
            <Button size="small" icon={FolderPlus} reason={reason} onClick={onSection}>{texts.section}</Button>
            <Button size="small" variant="danger" icon={Trash2} reason={reason} onClick={onRemove}>{rulesTexts.remove}</Button>
            <IconButton size="small" icon={X} label={texts.clear} onClick={onClear} />
        </section>
    );
}
