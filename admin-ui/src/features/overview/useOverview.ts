// The overview's answer, with the figures of now laid over it every second.
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';

import { api } from '../../api/client';
import { useLive } from '../../api/live';
import { policyKey } from '../../api/policy';
import type { Page, Schema } from '../../api/types';

export type Overview = Schema<'Overview'>;
export type Span = Overview['span'];
export type Metrics = Schema<'LiveMetrics'>;

/** Long spans change slowly. */
const refetchAfter: Record<Span, number> = { '15m': 10_000, '1h': 15_000, '24h': 60_000, '7d': 120_000 };

export function useOverview(span: Span) {
    return useQuery({
        queryKey: ['overview', span],
        queryFn: async ({ signal }) => (await api.get<Overview>('/overview', { query: { span }, signal })).data,
        refetchInterval: refetchAfter[span],
        placeholderData: keepPreviousData,
    });
}

/** How much each of the newest versions changed. */
export function useVersionChanges(newest: number | undefined) {
    return useQuery({
        queryKey: [...policyKey, 'changes', newest],
        queryFn: async ({ signal }) => (await api.get<Page<Schema<'PolicyVersion'>>>('/policy/versions', { query: { limit: 3 }, signal })).data.items,
        placeholderData: keepPreviousData,
    }).data;
}

export function useMetrics(): Metrics | null {
    const [metrics, setMetrics] = useState<Metrics | null>(null);
    useLive<Metrics>('metrics', { onData: setMetrics });
    return metrics;
}
