// Requests about destination lists, and what their answers are called here.
import { keepPreviousData, useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';

import { api } from '../../api/client';
import type { Schema } from '../../api/types';

export type DestinationList = Schema<'DestinationList'>;
export type ListFeed = Schema<'ListFeed'>;
export type ListImport = Schema<'ListImport'>;
export type Kind = DestinationList['kind'];

export const listsKey = ['lists'] as const;

export function pathOf(name: string): string {
    return `/lists/${encodeURIComponent(name)}`;
}

export function useLists(q: string, kind: Kind | 'all') {
    return useQuery({
        queryKey: [...listsKey, 'all', q, kind],
        queryFn: async ({ signal }) => (await api.get<Schema<'ListPage'>>('/lists', { query: { q, kind: kind === 'all' ? null : kind, limit: 500 }, signal })).data,
        placeholderData: keepPreviousData,
        refetchInterval: 30_000,
    });
}

export function useList(name: string) {
    return useQuery({
        queryKey: [...listsKey, 'one', name],
        queryFn: async ({ signal }) => (await api.get<DestinationList>(pathOf(name), { signal })).data,
        refetchInterval: 15_000,
    });
}

export function useEntries(name: string, version: number | undefined, q: string) {
    return useInfiniteQuery({
        queryKey: [...listsKey, 'entries', name, version, q],
        queryFn: async ({ pageParam, signal }) => (await api.get<Schema<'EntryPage'>>(`${pathOf(name)}/entries`, { query: { q, cursor: pageParam, limit: 100 }, signal })).data,
        initialPageParam: null as string | null,
        getNextPageParam: (page) => page.next_cursor,
        enabled: version !== undefined,
        placeholderData: keepPreviousData,
    });
}

export function useVersions(name: string, version: number) {
    return useQuery({
        queryKey: [...listsKey, 'versions', name, version],
        queryFn: async ({ signal }) => (await api.get<{ items: Array<Schema<'ListVersion'>> }>(`${pathOf(name)}/versions`, { signal })).data.items,
    });
}

export function useLookup(host: string) {
    return useQuery({
        queryKey: [...listsKey, 'lookup', host],
        queryFn: async ({ signal }) => (await api.get<Schema<'ListLookup'>>('/lists/lookup', { query: { host }, signal })).data,
        enabled: host !== '',
        placeholderData: keepPreviousData,
        retry: false,
    });
}

/** After any change: what was shown of lists is asked for again. */
export function useRefetchLists(): () => Promise<void> {
    const client = useQueryClient();
    return () => client.invalidateQueries({ queryKey: listsKey });
}
