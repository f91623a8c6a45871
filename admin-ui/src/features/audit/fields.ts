// The fields a search knows: what the grammar must know of each, and which have a parameter of their
// own in requests and in the page's address. The order is that of the facets and of completion.
import type { FieldKind } from './grammar';

export interface SearchField {
    name: string;
    kind: FieldKind;
    /** A parameter of its own, and a list of values beside the table. */
    facet?: true;
    /** The server can complete its values. */
    completes?: true;
}

export const searchFields: readonly SearchField[] = [
    { name: 'verdict', kind: 'word', facet: true, completes: true },
    { name: 'reason', kind: 'word', facet: true, completes: true },
    { name: 'rule', kind: 'name', facet: true, completes: true },
    { name: 'user', kind: 'name', facet: true, completes: true },
    { name: 'host', kind: 'name', facet: true, completes: true },
    { name: 'protocol', kind: 'word', facet: true, completes: true },
    { name: 'client', kind: 'word', facet: true, completes: true },
    { name: 'port', kind: 'port', facet: true, completes: true },
    { name: 'version', kind: 'word', facet: true, completes: true },
    { name: 'state', kind: 'word', completes: true },
    { name: 'rx', kind: 'size' },
    { name: 'tx', kind: 'size' },
    { name: 'bytes', kind: 'size' },
    { name: 'duration', kind: 'duration' },
    { name: 'id', kind: 'word' },
];

export const fieldKinds: ReadonlyMap<string, FieldKind> = new Map(searchFields.map(({ name, kind }) => [name, kind]));
export const facetFields: readonly string[] = searchFields.filter(({ facet }) => facet).map(({ name }) => name);

export function completesValues(field: string): boolean {
    return searchFields.some((each) => each.name === field && each.completes);
}
