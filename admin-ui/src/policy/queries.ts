// What the server says of the policy: one hook per question. All keys begin with the shell's, which
// asks again for everything below it when the live feed says that somebody drafted or published.
import { keepPreviousData, type QueryClient, useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';

import { api } from '../api/client';
import { useLive } from '../api/live';
import { livePolicyQuery, policyDraftQuery, policyKey } from '../api/policy';
import type { Page, Schema } from '../api/types';
import type { PolicyDiff, PolicyDraft, PolicyStats, PolicyTest, PolicyVersionDetail, Presence, VersionPage } from './types';

export const policyKeys = {
    all: policyKey,
    live: livePolicyQuery.queryKey,
    draft: policyDraftQuery.queryKey,
    presence: [...policyKey, 'presence'] as const,
    stats: (days: number) => [...policyKey, 'stats', days] as const,
    checkStats: (days: number) => [...policyKey, 'check-stats', days] as const,
    diff: (from: string, to: string) => [...policyKey, 'diff', from, to] as const,
    whatIf: (question: unknown) => [...policyKey, 'what-if', question] as const,
    tests: [...policyKey, 'tests'] as const,
    versions: [...policyKey, 'versions'] as const,
    profiles: [...policyKey, 'ws-rules'] as const,
    // What never changes, and what costs the server work, is not asked again with each change.
    version: (number: number) => ['policy-version', number] as const,
    impact: (draftEtag: string) => ['policy-impact', draftEtag] as const,
    lists: ['lists', 'names'] as const,
};

export function useDraft() {
    return useQuery({ ...policyDraftQuery, select: ({ draft }) => draft as PolicyDraft });
}

export function useLiveVersion() {
    return useQuery(livePolicyQuery);
}

export const StatsDays = 14;

export function useStats() {
    return useQuery({
        queryKey: policyKeys.stats(StatsDays),
        queryFn: async ({ signal }) => (await api.get<PolicyStats>('/policy/stats', { query: { days: StatsDays }, signal })).data,
        refetchInterval: 30_000,
    });
}

/** Who edits which rule; told by the live feed, and looked up now and then as it runs out by itself. */
export function usePresence() {
    const client = useQueryClient();
    useLive<Schema<'LivePolicyEvent'>>('policy', {
        onData: ({ event }) => {
            if (event === 'presence') void client.invalidateQueries({ queryKey: policyKeys.presence });
        },
    });
    return useQuery({
        queryKey: policyKeys.presence,
        queryFn: async ({ signal }) => (await api.get<{ items: Presence[] }>('/policy/draft/presence', { signal })).data.items,
        refetchInterval: 20_000,
    });
}

/** `from` and `to` are "live", "draft" or the number of a version. */
export function useDiff(from: string, to: string) {
    return useQuery({
        queryKey: policyKeys.diff(from, to),
        queryFn: async ({ signal }) => (await api.get<PolicyDiff>('/policy/diff', { query: { from, to }, signal })).data,
        placeholderData: keepPreviousData,
    });
}

export function usePolicyTests() {
    return useQuery({
        queryKey: policyKeys.tests,
        queryFn: async ({ signal }) => (await api.get<Page<PolicyTest>>('/policy/tests', { signal })).data.items,
    });
}

export function useVersions() {
    return useInfiniteQuery({
        queryKey: policyKeys.versions,
        queryFn: async ({ signal, pageParam }) =>
            (await api.get<VersionPage>('/policy/versions', { query: { limit: 50, cursor: pageParam }, signal })).data,
        initialPageParam: null as string | null,
        getNextPageParam: (last) => last.next_cursor,
    });
}

export function useVersion(number: number | null) {
    return useQuery({
        queryKey: policyKeys.version(number ?? 0),
        queryFn: async ({ signal }) => (await api.get<PolicyVersionDetail>(`/policy/versions/${number}`, { signal })).data,
        enabled: number !== null,
        staleTime: Infinity,
    });
}

/** Names and sizes of the destination lists, for completion. */
export function useListNames() {
    return useQuery({
        queryKey: policyKeys.lists,
        queryFn: async ({ signal }) =>
            (await api.get<Page<Schema<'DestinationList'>>>('/lists', { query: { limit: 500 }, signal })).data.items,
        staleTime: 60_000,
    });
}

export type WsProfile = Schema<'WsProfile'>;

export interface WsProfiles {
    items: WsProfile[];
    patterns: string[];
    without_tls_inspection: boolean;
}

export function useWsProfiles() {
    return useQuery({
        queryKey: policyKeys.profiles,
        queryFn: async ({ signal }) => (await api.get<WsProfiles>('/ws-rules', { signal })).data,
    });
}

/** After a change of one's own: the live feed may be down. */
export function refreshPolicy(client: QueryClient): Promise<void> {
    return client.invalidateQueries({ queryKey: policyKey });
}
