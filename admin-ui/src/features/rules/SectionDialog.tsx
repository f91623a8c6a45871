// A new heading over neighbouring rules, or another name for one.
import { useState } from 'react';

import { Button } from '../../components/Button';
import { Dialog } from '../../components/Dialog';
import { Select, TextField } from '../../components/Field';
import type { Rule } from '../../policy/types';
import css from './dialogs.module.css';
import { rulesTexts } from './texts';

interface NewSectionDialogProps {
    rules: readonly Rule[];
    /** The rule it is offered to begin with. */
    firstId: string | null;
    /** Those that are selected; else a run is chosen here. */
    chosen?: readonly Rule[];
    onMake(name: string, rules: readonly Rule[]): void;
    onClose(): void;
}

export function NewSectionDialog({ rules, firstId, chosen, onMake, onClose }: NewSectionDialogProps) {
    const texts = rulesTexts.sectionDialog;
    const [name, setName] = useState('');
    const [from, setFrom] = useState(firstId ?? rules[0]?.id ?? '');
    const start = rules.findIndex((rule) => rule.id === from);
    const [to, setTo] = useState(() => endOfRun(rules, start));
    const end = Math.max(start, rules.findIndex((rule) => rule.id === to));
    const make = () => {
        if (name.trim() === '') return;
        onMake(name.trim(), chosen ?? rules.slice(start, end + 1));
        onClose();
    };
    const options = rules.map((rule) => ({ value: rule.id, label: `${rule.number} ${rule.name}` }));
    return (
        <Dialog
            open
            size="small"
            onClose={onClose}
            title={texts.title}
            description={chosen ? texts.ofSelected(chosen.length) : texts.description}
            footer={<Button variant="primary" reason={name.trim() === '' ? texts.needsName : undefined} onClick={make}>{texts.make}</Button>}
        >
            <form
                className={css.form}
                onSubmit={(event) => {
                    event.preventDefault();
                    make();
                }}
            >
                <TextField label={texts.name} value={name} onChange={setName} autoFocus maxLength={100} />
                {!chosen && <Select label={texts.from} value={from} onChange={setFrom} options={options} />}
                {!chosen && <Select label={texts.to} value={rules[end]?.id ?? ''} onChange={setTo} options={options.slice(Math.max(0, start))} />}
            </form>
        </Dialog>
    );
}

function endOfRun(rules: readonly Rule[], start: number): string {
    let end = Math.max(0, start);
    while (end + 1 < rules.length && (rules[end + 1]!.section ?? '') === (rules[start]?.section ?? '')) end += 1;
    return rules[end]?.id ?? '';
}

interface RenameSectionDialogProps {
    name: string;
    onRename(name: string): void;
    onClose(): void;
}

export function RenameSectionDialog({ name, onRename, onClose }: RenameSectionDialogProps) {
    const texts = rulesTexts.sectionDialog;
    const [typed, setTyped] = useState(name);
    const rename = () => {
        if (typed.trim() === '') return;
        if (typed.trim() !== name) onRename(typed.trim());
        onClose();
    };
    return (
        <Dialog
            open
            size="small"
            onClose={onClose}
            title={texts.renameTitle(name)}
            footer={<Button variant="primary" reason={typed.trim() === '' ? texts.needsName : undefined} onClick={rename}>{texts.rename}</Button>}
        >
            <form
                onSubmit={(event) => {
                    event.preventDefault();
                    rename();
                }}
            >
                <TextField label={texts.name} value={typed} onChange={setTyped} autoFocus maxLength={100} />
            </form>
        </Dialog>
    );
}
