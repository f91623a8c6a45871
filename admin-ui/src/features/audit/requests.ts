// Requests of the audit log, one hook each. Rows come first; histogram and facets are requests of
// their own that are cancelled when the search changes, and of which the server answers only the
// newest of this page (`view`).
import { type InfiniteData, keepPreviousData, queryOptions, useInfiniteQuery, useQuery } from '@tanstack/react-query';

import { api } from '../../api/client';
import type { Schema } from '../../api/types';
import type { FilterParams } from './filter';

export type SessionRow = Schema<'AuditSessionRow'>;
export type SessionDetail = Schema<'AuditSession'>;
export type Histogram = Schema<'AuditHistogram'>;
export type Facets = Schema<'AuditFacets'>;
export type Facet = Schema<'AuditFacet'>;
export type SavedSearch = Schema<'SavedSearch'>;
export type Integrity = Schema<'AuditIntegrity'>;
export type Privacy = Schema<'AuditPrivacy'>;

export interface Question {
    filter: FilterParams;
    /** RFC 3339; no end: up to now, whatever the server's clock says. */
    from: string;
    to: string | null;
    /** When it was asked, Unix milliseconds: asked again, it is answered anew. */
    asked: number;
}

export const keys = {
    sessions: (question: Question) => ['audit', 'sessions', question] as const,
    histogram: (question: Question, buckets: number) => ['audit', 'histogram', question, buckets] as const,
    facets: (question: Question, values: number) => ['audit', 'facets', question, values] as const,
    detail: (id: string) => ['audit', 'session', id] as const,
    searches: ['audit', 'searches'] as const,
    integrity: ['audit', 'integrity'] as const,
    privacy: ['audit', 'privacy'] as const,
};

/** Of this page: a newer request of the same kind ends the older one on the server too. */
const view = Math.random().toString(36).slice(2, 10);

function paramsOf({ filter, from, to }: Question): Record<string, string | string[] | null> {
    return { ...filter, from, to };
}

export const RowsOfPage = 200;
export const PagesKept = 10;

interface PlaceOfPage {
    cursor: string | null;
    /** older: the index of its first row; newer: the index behind its last one. */
    toward: 'older' | 'newer';
    edge: number;
}

export interface LoadedPage {
    /** In the whole list, as far as it has been gone through. */
    firstIndex: number;
    page: Schema<'AuditSessionPage'>;
}

const newest: PlaceOfPage = { cursor: null, toward: 'older', edge: 0 };

export function useSessionPages(question: Question, stage: 'on' | 'off') {
    return useInfiniteQuery({
        queryKey: keys.sessions(question),
        queryFn: async ({ pageParam, signal }): Promise<LoadedPage> => {
            const query = { ...paramsOf(question), cursor: pageParam.cursor, limit: RowsOfPage, view };
            const page = (await api.get<Schema<'AuditSessionPage'>>('/audit/sessions', { query, signal })).data;
            const rows = page.items.length;
            return { page, firstIndex: pageParam.toward === 'older' ? pageParam.edge : Math.max(0, pageParam.edge - rows) };
        },
        initialPageParam: newest,
        getNextPageParam: pageAfter,
        getPreviousPageParam: pageBefore,
        maxPages: PagesKept,
        placeholderData: keepPreviousData,
        enabled: stage === 'on',
        staleTime: Infinity,
        gcTime: 60_000,
    });
}

export function pageAfter({ page, firstIndex }: LoadedPage): PlaceOfPage | undefined {
    return page.next_cursor ? { cursor: page.next_cursor, toward: 'older', edge: firstIndex + page.items.length } : undefined;
}

/** Only pages that were there and were dropped: what has arrived since shows with the next search. */
export function pageBefore({ page, firstIndex }: LoadedPage): PlaceOfPage | undefined {
    return firstIndex > 0 && page.prev_cursor ? { cursor: page.prev_cursor, toward: 'newer', edge: firstIndex } : undefined;
}

export type SessionPages = InfiniteData<LoadedPage>;

export function useHistogram(question: Question, buckets: number, stage: 'on' | 'off') {
    return useQuery({
        queryKey: keys.histogram(question, buckets),
        queryFn: async ({ signal }) =>
            (await api.get<Histogram>('/audit/histogram', { query: { ...paramsOf(question), buckets, view: `${view}${buckets}` }, signal })).data,
        placeholderData: keepPreviousData,
        enabled: stage === 'on',
        staleTime: Infinity,
        gcTime: 60_000,
    });
}

export function useFacets(question: Question, stage: 'on' | 'off') {
    return useQuery({
        queryKey: keys.facets(question, FacetValues),
        queryFn: async ({ signal }) =>
            (await api.get<Facets>('/audit/facets', { query: { ...paramsOf(question), values: FacetValues, view }, signal })).data,
        placeholderData: keepPreviousData,
        enabled: stage === 'on',
        staleTime: Infinity,
        gcTime: 60_000,
    });
}

const FacetValues = 5;
const MoreFacetValues = 100;

/** The long list of one field, once somebody asks for more. */
export function useMoreOfFacet(question: Question, field: string, stage: 'on' | 'off') {
    return useQuery({
        queryKey: [...keys.facets(question, MoreFacetValues), field],
        queryFn: async ({ signal }) => {
            const query = { ...paramsOf(question), fields: field, values: MoreFacetValues, view: `${view}-${field}` };
            return (await api.get<Facets>('/audit/facets', { query, signal })).data.facets[field];
        },
        placeholderData: keepPreviousData,
        enabled: stage === 'on',
        staleTime: Infinity,
    });
}

export async function fetchFacetValues(field: string, prefix: string, from: string, signal: AbortSignal) {
    const query = { field, prefix, from, limit: 10 };
    return (await api.get<Schema<'AuditFacetValues'>>('/audit/facet-values', { query, signal })).data.values;
}

export function detailQuery(id: string) {
    return queryOptions({
        queryKey: keys.detail(id),
        queryFn: async ({ signal }) => (await api.get<SessionDetail>(`/audit/sessions/${encodeURIComponent(id)}`, { signal })).data,
        placeholderData: keepPreviousData,
        staleTime: 30_000,
    });
}

/** How many there are without one of the filters; by that the empty table names what excludes most. */
export async function fetchTotal(question: Question, signal: AbortSignal): Promise<number> {
    const query = { ...paramsOf(question), buckets: 1 };
    const { totals } = (await api.get<Histogram>('/audit/histogram', { query, signal })).data;
    return Object.values(totals).reduce((sum, count) => sum + count, 0);
}

export function useSavedSearches() {
    return useQuery({
        queryKey: keys.searches,
        queryFn: async ({ signal }) => (await api.get<Schema<'SavedSearchPage'>>('/audit/searches', { signal })).data.items,
    });
}

export function useIntegrity() {
    return useQuery({
        queryKey: keys.integrity,
        queryFn: async ({ signal }) => (await api.get<Integrity>('/audit/integrity', { signal })).data,
        refetchInterval: (query) => (query.state.data?.running_job ? 2_000 : 60_000),
    });
}

export function usePrivacy() {
    return useQuery({
        queryKey: keys.privacy,
        queryFn: async ({ signal }) => (await api.get<Privacy>('/audit/privacy', { signal })).data,
        staleTime: 60_000,
        // Names that were revealed are hidden again.
        refetchInterval: ({ state: { data } }) => (data?.revealed_until ? Math.max(5_000, Date.parse(data.revealed_until) - Date.now() + 500) : false),
    });
}
