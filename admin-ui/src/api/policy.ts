// What is live and what waits in the draft: asked for by the frame of every page and by the pages
// about rules, so that both share one answer.
import { queryOptions } from '@tanstack/react-query';

import { api } from './client';
import type { Schema } from './types';

/** Everything below is fetched anew when somebody drafts or publishes. */
export const policyKey = ['policy'] as const;

export const livePolicyQuery = queryOptions({
    queryKey: [...policyKey, 'live'],
    queryFn: async ({ signal }) => (await api.get<Schema<'LivePolicy'>>('/policy/live', { signal })).data,
    staleTime: 30_000,
});

/** With its ETag, which changes of the draft as a whole need. */
export const policyDraftQuery = queryOptions({
    queryKey: [...policyKey, 'draft'],
    queryFn: async ({ signal }) => {
        const { data, etag } = await api.get<Schema<'PolicyDraft'>>('/policy/draft', { signal });
        return { draft: data, etag: etag ?? data.etag };
    },
    staleTime: 30_000,
});
