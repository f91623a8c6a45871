// What the search field offers for the word under the cursor: names of fields, then values of one.
import { count as formatCount } from '../../format/numbers';
import { completesValues, fieldKinds, searchFields } from './fields';
import type { Term } from './grammar';
import { auditTexts } from './texts';

export type Suggestion = { key: string; label: string; more?: string } & (
    | { kind: 'field'; insert: string }
    | { kind: 'term'; term: Term }
);

/** For a word without a colon; nothing typed offers all fields. */
export function suggestFields(word: string): readonly Suggestion[] {
    const not = word.startsWith('-');
    const begun = (not ? word.slice(1) : word).toLowerCase();
    const found: Suggestion[] = searchFields
        .filter(({ name }) => name.startsWith(begun) || (begun !== '' && auditTexts.fields[name]?.toLowerCase().startsWith(begun)))
        .map(({ name }) => ({
            key: name, kind: 'field', insert: `${not ? '-' : ''}${name}:`, label: `${name}:`, more: auditTexts.fieldHints[name] ?? '',
        }));
    if (begun === '' || /["*]/.test(begun)) return found;
    const term: Term = { field: '', sense: not ? 'not' : 'is', match: 'text', value: begun };
    return [...found, { key: ' host', kind: 'term', term, label: `${auditTexts.search.hostContains} “${begun}”` }];
}

type LookUp = (field: string, prefix: string) => Promise<ReadonlyArray<{ value: string; label: string; count?: number | null }>>;

/** For `field:begin`; values are asked from the server. */
export async function suggestValues(word: string, lookUp: LookUp): Promise<readonly Suggestion[]> {
    const found = /^(-?)([a-z_]+):"?([^"]*)$/s.exec(word);
    const [, minus = '', field = '', begun = ''] = found ?? [];
    if (!found || !fieldKinds.has(field) || !completesValues(field) || /[*<>]/.test(begun)) return [];
    const values = await lookUp(field, begun);
    return values.map(({ value, label, count }) => ({
        key: value,
        kind: 'term',
        term: { field, sense: minus ? 'not' : 'is', match: 'text', value },
        label: label || (field === 'user' ? auditTexts.nobody : value),
        ...(typeof count === 'number' ? { more: formatCount(count) } : {}),
    }));
}
