// The audit page's state in its address: filter, period, brushed part, columns, live, open session.
// Everything that can be seen can be sent as a link.
import { facetFields } from './fields';
import { type Filter, fromParams, toParams } from './filter';
import { type Between, FirstPeriod, type Period, readSpan, readTime, writeSpan, writeTime } from './period';
import { type Column, readColumns, writeColumns } from './columns';

export interface PageState {
    filter: Filter;
    period: Period;
    /** The part of the period that is selected in the histogram. */
    brush: Between | null;
    columns: readonly Column[];
    view: 'search' | 'live';
    /** Whose detail is open. */
    id: string | null;
}

export const KnownParams: ReadonlySet<string> = new Set([...facetFields, 'q', 'last', 'from', 'to', 'brush', 'cols', 'live', 'id']);

export function readAddress(params: URLSearchParams): PageState {
    return {
        filter: fromParams(params),
        period: readPeriod(params),
        brush: readBrush(params.get('brush')),
        columns: readColumns(params.get('cols')),
        view: params.get('live') === '1' ? 'live' : 'search',
        id: params.get('id') || null,
    };
}

export function writeAddress(state: PageState): URLSearchParams {
    const params = new URLSearchParams();
    if (state.period.kind === 'last') {
        params.set('last', writeSpan(state.period.seconds));
    } else {
        params.set('from', writeTime(state.period.from));
        params.set('to', writeTime(state.period.to));
    }
    for (const [name, value] of Object.entries(toParams(state.filter))) {
        for (const each of Array.isArray(value) ? value : [value]) params.append(name, each);
    }
    if (state.brush) params.set('brush', `${writeTime(state.brush.from)}..${writeTime(state.brush.to)}`);
    const columns = writeColumns(state.columns);
    if (columns) params.set('cols', columns);
    if (state.view === 'live') params.set('live', '1');
    if (state.id) params.set('id', state.id);
    return params;
}

function readPeriod(params: URLSearchParams): Period {
    const seconds = readSpan(params.get('last') ?? '');
    if (seconds !== null) return { kind: 'last', seconds };
    const from = readTime(params.get('from'));
    const to = readTime(params.get('to'));
    return from !== null && to !== null && from < to ? { kind: 'between', from, to } : FirstPeriod;
}

function readBrush(text: string | null): Between | null {
    const [begin = '', end = ''] = (text ?? '').split('..');
    const from = readTime(begin);
    const to = readTime(end);
    return from !== null && to !== null && from < to ? { kind: 'between', from, to } : null;
}
