// From a difference between two policies to what a person reads: one sentence per change, and below
// it one per field. Knows the outline of a difference, and the names of fields for their words only.
import { type ConditionName, ConditionNames, isLayer } from './document';
import { valueWords } from './ruleWords';
import { policyTexts } from './texts';

export interface FieldDifference {
    path: string;
    before: unknown;
    after: unknown;
}

export interface FieldWords {
    label: string;
    words: string;
}

const words = policyTexts.difference;

/** What changed in one field. Of something new there is no before. */
export function fieldWords(change: FieldDifference, isNew = false): FieldWords {
    const { path: field, before, after } = change;
    if (field === 'enabled' && !isNew) {
        return { label: policyTexts.field.enabled, words: after === false ? words.switchedOff : words.switchedOn };
    }
    const say = (value: unknown) => valueText(field, value);
    const label = fieldLabel(field);
    if (isNew) return { label, words: say(after) };
    if (Array.isArray(before) || Array.isArray(after)) return { label, words: listWords(field, before, after) };
    return { label, words: words.becomes(say(before), say(after)) };
}

function listWords(field: string, before: unknown, after: unknown): string {
    const old = Array.isArray(before) ? before : [];
    const now = Array.isArray(after) ? after : [];
    const known = new Set(old.map((value) => JSON.stringify(value)));
    const kept = new Set(now.map((value) => JSON.stringify(value)));
    const added = now.filter((value) => !known.has(JSON.stringify(value)));
    const gone = old.filter((value) => !kept.has(JSON.stringify(value)));
    const said: string[] = [];
    if (added.length > 0) said.push(words.adds(valueText(field, added)));
    if (gone.length > 0) said.push(words.takesAway(valueText(field, gone)));
    return said.join(', ') || words.reordered;
}

/** "when.not.host" is "Except host". */
export function fieldLabel(field: string): string {
    const parts = field.split('.');
    if (parts[0] === 'when' && parts.length > 1) {
        const name = parts[parts.length - 1]!;
        const label = isCondition(name) ? policyTexts.condition[name] : name;
        return parts[1] === 'not' ? words.exceptOf(label) : label;
    }
    if (parts[0] === 'limits' && parts[1]) return limitLabel(parts[1]);
    if (parts[0] === 'defaults') {
        const layer = parts[1] ?? '';
        const base = words.defaultOf(isLayer(layer) ? policyTexts.layer[layer] : layer);
        return parts[2] ? `${base}: ${layer === 'limits' ? limitLabel(parts[2]) : plainLabel(parts[2])}` : base;
    }
    if (parts[0] === 'pac') return parts[1] ? `${words.pac}: ${parts[1]}` : words.pac;
    return parts.map(plainLabel).join(': ');
}

function limitLabel(name: string): string {
    return policyTexts.limitLabel[name as keyof typeof policyTexts.limitLabel] ?? name;
}

function plainLabel(name: string): string {
    return policyTexts.field[name as keyof typeof policyTexts.field] ?? name;
}

function isCondition(name: string): name is ConditionName {
    return ConditionNames.includes(name as ConditionName);
}

const MostValues = 8;

export function valueText(field: string, value: unknown): string {
    if (value === null || value === undefined || value === '') return policyTexts.none;
    if (Array.isArray(value)) {
        if (value.length === 0) return policyTexts.nothing;
        const shown = value.slice(0, MostValues).map((each) => valueText(field, each)).join(', ');
        return value.length > MostValues ? `${shown} ${policyTexts.more(value.length - MostValues)}` : shown;
    }
    if (typeof value === 'boolean') return value ? 'yes' : 'no';
    if (typeof value === 'object') return JSON.stringify(value);
    const last = field.split('.').pop() ?? '';
    const text = String(value);
    if (field.startsWith('when.') && text.startsWith('list:')) return words.list(text.slice('list:'.length));
    if (field.startsWith('when.') && isCondition(last)) return valueWords(last, text);
    if (last === 'action' || field.startsWith('defaults.')) {
        return policyTexts.action[text as keyof typeof policyTexts.action] ?? text;
    }
    if (last === 'starts' || last === 'expires') return momentText(text);
    if (last === 'mode') return policyTexts.mode[text as keyof typeof policyTexts.mode] ?? text;
    return text;
}

/** 2026-11-29 08:46 UTC: the rule itself counts in UTC. */
function momentText(text: string): string {
    const parts = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d)(?::\d\d(?:\.\d+)?)?Z$/.exec(text);
    return parts ? `${parts[1]} ${parts[2]} UTC` : text;
}
