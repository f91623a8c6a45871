// Filter: the terms of a search, and how they are written as parameters: of a request, and of the
// page's address, which are the same. Facets have parameters of their own (`verdict=deny`,
// `user=!svc-backup`); everything else is in `q`, in the grammar of the search field.
import { facetFields, fieldKinds } from './fields';
import { parse, print, sameTerm, type Sense, type Term } from './grammar';

export type Filter = readonly Term[];

export type FilterParams = Record<string, string | string[]>;

export function toParams(filter: Filter): FilterParams {
    const params: FilterParams = {};
    const others: Term[] = [];
    for (const term of filter) {
        if (!hasParameter(term)) {
            others.push(term);
            continue;
        }
        const values = params[term.field];
        const value = (term.sense === 'not' ? '!' : '') + term.value;
        if (Array.isArray(values)) values.push(value);
        else params[term.field] = [value];
    }
    if (others.length > 0) params.q = print(others);
    return params;
}

/** What cannot be read in `q` is left out; the search field shows it. */
export function fromParams(params: URLSearchParams): Filter {
    const terms: Term[] = [];
    for (const field of facetFields) {
        for (const value of params.getAll(field)) {
            const not = value.startsWith('!');
            terms.push({ field, sense: not ? 'not' : 'is', match: 'text', value: not ? value.slice(1) : value });
        }
    }
    return withTerms(terms, parse(params.get('q') ?? '', fieldKinds).terms);
}

/** A "!" at the beginning of a value would read as an exclusion. */
function hasParameter({ field, match, value }: Term): boolean {
    return match === 'text' && facetFields.includes(field) && !value.startsWith('!');
}

export function withTerm(filter: Filter, term: Term): Filter {
    return withTerms(filter, [term]);
}

/** A value cannot be wanted and excluded: the later one counts. */
export function withTerms(filter: Filter, added: readonly Term[]): Filter {
    return added.reduce<Filter>((terms, term) => {
        if (terms.some((each) => sameTerm(each, term))) return terms;
        return [...terms.filter((each) => !sameTerm({ ...each, sense: term.sense }, term)), term];
    }, filter);
}

export function withoutField(filter: Filter, field: string): Filter {
    return filter.filter((each) => each.field !== field);
}

export function withoutTerm(filter: Filter, term: Term): Filter {
    return filter.filter((each) => !sameTerm(each, term));
}

/** Chosen: no longer; not chosen, or the other way round: chosen. */
export function toggled(filter: Filter, field: string, value: string, sense: Sense): Filter {
    const term: Term = { field, sense, match: 'text', value };
    return filter.some((each) => sameTerm(each, term)) ? withoutTerm(filter, term) : withTerm(filter, term);
}

export function senseOf(filter: Filter, field: string, value: string): Sense | null {
    return filter.find((each) => each.field === field && each.match === 'text' && each.value === value)?.sense ?? null;
}

/** Terms of one field and sense belong together: one of them must hold. As groups they are named and
 * dropped as one. */
export function groupsOf(filter: Filter): Filter[] {
    const groups = new Map<string, Term[]>();
    for (const term of filter) {
        const key = hasParameter(term) && term.sense === 'is' ? term.field : JSON.stringify(term);
        const group = groups.get(key);
        if (group) group.push(term);
        else groups.set(key, [term]);
    }
    return [...groups.values()];
}
