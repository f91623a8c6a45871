// What differs between two policies, one change after the other, in words.
import { ArrowUpDown, ListTree, Minus, Pencil, Plus, Settings2, type LucideIcon } from 'lucide-react';

import { fieldWords, type FieldDifference } from './differenceWords';
import css from './DifferenceList.module.css';
import { policyTexts } from './texts';
import type { DiffItem, PolicyDiff } from './types';

interface Change {
    key: string;
    icon: LucideIcon;
    tone: 'added' | 'removed' | 'changed';
    words: string;
    fields: readonly FieldDifference[];
    isNew: boolean;
}

export function DifferenceList({ diff }: { diff: PolicyDiff }) {
    const changes = changesOf(diff);
    if (changes.length === 0) return <p className={css.nothing}>{policyTexts.difference.nothing}</p>;
    return (
        <ul className={css.list}>
            {changes.map((change) => (
                <li key={change.key} className={css[change.tone]}>
                    <change.icon size={15} aria-hidden="true" />
                    <div>
                        <p className={css.words}>{change.words}</p>
                        {change.fields.length > 0 && <Fields change={change} />}
                    </div>
                </li>
            ))}
        </ul>
    );
}

function Fields({ change }: { change: Change }) {
    return (
        <dl className={css.fields}>
            {change.fields.map((field) => {
                const { label, words } = fieldWords(field, change.isNew);
                return (
                    <div key={field.path}>
                        <dt>{label}</dt>
                        <dd>{words}</dd>
                    </div>
                );
            })}
        </dl>
    );
}

export function changesOf(diff: PolicyDiff): Change[] {
    const words = policyTexts.difference;
    const named = (items: PolicyDiff['profiles'], sayName: (name: string) => string): Change[] =>
        items.map((item) => ({
            key: sayName(item.name),
            ...looks(item.op),
            words: item.op === 'added' ? words.added(sayName(item.name)) : item.op === 'removed' ? words.removed(sayName(item.name)) : words.changed(sayName(item.name)),
            fields: item.op === 'removed' ? [] : asFields(item.fields),
            isNew: item.op === 'added',
        }));
    return [
        ...diff.items.map(ruleChange),
        ...named(diff.profiles, words.profile),
        ...named(diff.tests, words.test),
        ...diff.settings.map((field): Change => {
            const { label, words: said } = fieldWords(asField(field));
            return { key: field.path, icon: Settings2, tone: 'changed', words: `${label}: ${said}`, fields: [], isNew: false };
        }),
        ...diff.lists.map((list): Change => ({
            key: `list ${list.name}`,
            icon: ListTree,
            tone: 'changed',
            words: list.before === null ? words.listUsed(list.name) : list.after === null ? words.listUnused(list.name) : words.listChanged(list.name),
            fields: [],
            isNew: false,
        })),
    ];
}

function ruleChange(item: DiffItem): Change {
    const words = policyTexts.difference;
    const what = words.rule(policyTexts.layer[item.layer], item.to ?? item.from ?? 0, item.name);
    // Ids and the plain values of a new rule tell nobody anything.
    const fields = asFields(item.fields).filter((field) => !['id', 'name', 'mode', 'enabled'].includes(field.path) || item.op !== 'added'
        || (field.path === 'enabled' && field.after === false) || (field.path === 'mode' && field.after === 'report'));
    const moved = item.moved || item.op === 'moved';
    const said = {
        added: words.added(what),
        removed: words.removed(what),
        moved: words.moved(what, item.from ?? 0, item.to ?? 0),
        edited: moved ? words.movedAndChanged(what, item.from ?? 0, item.to ?? 0) : words.changed(what),
    }[item.op];
    return { key: `${item.layer} ${item.rule_id} ${item.op}`, ...looks(item.op), words: said, fields: item.op === 'removed' ? [] : fields, isNew: item.op === 'added' };
}

function looks(op: 'added' | 'removed' | 'edited' | 'moved'): Pick<Change, 'icon' | 'tone'> {
    switch (op) {
        case 'added': return { icon: Plus, tone: 'added' };
        case 'removed': return { icon: Minus, tone: 'removed' };
        case 'moved': return { icon: ArrowUpDown, tone: 'changed' };
        case 'edited': return { icon: Pencil, tone: 'changed' };
    }
}

function asFields(fields: ReadonlyArray<{ path: string; before?: unknown; after?: unknown }>): FieldDifference[] {
    return fields.map(asField);
}

function asField(field: { path: string; before?: unknown; after?: unknown }): FieldDifference {
    return { path: field.path, before: field.before, after: field.after };
}
