// Moving a rule without dragging: by number, to an end, or into a section.
import { useState } from 'react';

import { Button } from '../../components/Button';
import { Dialog } from '../../components/Dialog';
import { NumberField, Select } from '../../components/Field';
import type { Rule, RulePlace } from '../../policy/types';
import css from './dialogs.module.css';
import { rulesTexts } from './texts';

interface MoveDialogProps {
    rule: Rule;
    rules: readonly Rule[];
    sections: readonly string[];
    onMove(place: RulePlace): void;
    onClose(): void;
}

export function MoveDialog({ rule, rules, sections, onMove, onClose }: MoveDialogProps) {
    const texts = rulesTexts.move;
    const [number, setNumber] = useState<number | null>(rule.number);
    const [section, setSection] = useState('');
    const go = (place: RulePlace) => {
        onMove(place);
        onClose();
    };
    const place = section !== '' ? { section } : placeAt(rules, rule, number);
    return (
        <Dialog
            open
            size="small"
            onClose={onClose}
            title={texts.title(rule.name)}
            description={texts.description(rule.number, rules.length)}
            footer={<Button variant="primary" onClick={() => (place ? go(place) : onClose())}>{texts.move}</Button>}
        >
            <form
                className={css.form}
                onSubmit={(event) => {
                    event.preventDefault();
                    if (place) go(place);
                    else onClose();
                }}
            >
                <div className={css.row}>
                    <Button onClick={() => go({ edge: 'first' })}>{texts.top}</Button>
                    <Button onClick={() => go({ edge: 'last' })}>{texts.bottom}</Button>
                </div>
                <NumberField label={texts.place(rules.length)} value={number} onChange={setNumber} min={1} max={rules.length} />
                {sections.length > 0 && (
                    <Select
                        label={texts.section}
                        value={section}
                        onChange={setSection}
                        options={[{ value: '', label: texts.keep }, ...sections.map((name) => ({ value: name, label: name }))]}
                    />
                )}
            </form>
        </Dialog>
    );
}

/** Null when it stands there already. */
export function placeAt(rules: readonly Rule[], rule: Rule, number: number | null): RulePlace | null {
    if (number === null || number === rule.number) return null;
    const other = rules[Math.max(0, Math.min(rules.length, number) - 1)];
    if (!other || other.id === rule.id) return null;
    return number < rule.number ? { before: other.id } : { after: other.id };
}
