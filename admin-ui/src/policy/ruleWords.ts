// What a rule's row says of its conditions: who, where, and every other one, so that nothing that
// decides is hidden.
import { type ConditionName, type Conditions, type ConditionValue, type Limits, listNameIn, type When } from './document';
import { policyTexts } from './texts';

export type Token =
    | { kind: 'list'; name: string; entries: number | null }
    | { kind: 'value'; text: string };

/** One line of a cell: words in front, then values. */
export interface Line {
    condition: ConditionName;
    word: string;
    tokens: Token[];
    isExcept: boolean;
}

const Who: readonly ConditionName[] = ['user', 'group', 'client', 'listener'];
const Where: readonly ConditionName[] = ['host', 'address', 'sni'];
const Details: readonly ConditionName[] =
    ['port', 'protocol', 'method', 'path', 'query', 'origin', 'alpn', 'names', 'subprotocol', 'time'];

export interface RuleLines {
    who: Line[];
    destination: Line[];
}

/** `entriesOf` knows the sizes of lists. */
export function linesOf(when: When | undefined, entriesOf: (list: string) => number | null): RuleLines {
    const { not, ...plain } = when ?? {};
    return {
        who: [...pick(plain, Who, false, entriesOf), ...pick(not ?? {}, Who, true, entriesOf)],
        destination: [
            ...pick(plain, Where, false, entriesOf),
            ...pick(plain, Details, false, entriesOf),
            ...pick(not ?? {}, [...Where, ...Details], true, entriesOf),
        ],
    };
}

function pick(
    conditions: Conditions, names: readonly ConditionName[], isExcept: boolean, entriesOf: (list: string) => number | null,
): Line[] {
    return names.flatMap((condition) => {
        const values = conditions[condition];
        if (!values || values.length === 0) return [];
        const word = policyTexts.conditionWord[condition];
        return [{ condition, word, tokens: values.map((value) => tokenOf(condition, value, entriesOf)), isExcept }];
    });
}

function tokenOf(condition: ConditionName, value: ConditionValue, entriesOf: (list: string) => number | null): Token {
    const list = listNameIn(value);
    if (list !== null) return { kind: 'list', name: list, entries: entriesOf(list) };
    return { kind: 'value', text: valueWords(condition, value) };
}

export function valueWords(condition: ConditionName, value: ConditionValue): string {
    const text = String(value);
    if (condition === 'time') return scheduleWords(text);
    if (condition === 'names') return policyTexts.nameDifference[text as keyof typeof policyTexts.nameDifference] ?? text;
    if (condition === 'protocol' && text === 'connect') return 'CONNECT';
    return text;
}

/** "mon-fri 08:00-18:00 UTC" reads "Mon–Fri 08:00–18:00 UTC". */
export function scheduleWords(schedule: string): string {
    return schedule
        .replace(/\b(mon|tue|wed|thu|fri|sat|sun)\b/gi, (day) => day[0]!.toUpperCase() + day.slice(1).toLowerCase())
        .replace(/(\w{3}|\d{2}:\d{2})-(\w{3}|\d{2}:\d{2})/g, '$1–$2');
}

export function limitWords(limits: Limits | undefined): string[] {
    return (['idle', 'duration', 'bytes', 'rate'] as const).flatMap((each) => {
        const value = limits?.[each];
        if (!value) return [];
        return [`${policyTexts.limit[each]} ${each === 'rate' ? `${value}/s` : value}`];
    });
}

/** All that a search in the list looks at, in lower case. */
export function searchTextOf(rule: {
    name: string; section?: string; owner?: string; ticket?: string; comment?: string; profile?: string; blockText?: string; when?: When;
}): string {
    const { not, ...plain } = rule.when ?? {};
    const values = [...Object.values(plain as Conditions), ...Object.values(not ?? {})].flat();
    return [rule.name, rule.section, rule.owner, rule.ticket, rule.comment, rule.profile, rule.blockText, ...values]
        .filter((each) => each !== undefined && each !== '')
        .join('\n')
        .toLowerCase();
}
