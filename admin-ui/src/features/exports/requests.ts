// Requests of the exports page.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';

import { cancelJob } from '../../api/jobs';
import { addressOf, api } from '../../api/client';
import type { Schema } from '../../api/types';

export type AuditExport = Schema<'AuditExport'>;

const key = ['audit', 'exports'] as const;

/** Looks again while one is being made. */
export function useExports() {
    return useQuery({
        queryKey: key,
        queryFn: async ({ signal }) => (await api.get<Schema<'AuditExportPage'>>('/audit/exports', { signal })).data.items,
        refetchInterval: (query) => (query.state.data?.some((each) => each.state === 'running') ? 1_000 : false),
        staleTime: 0,
    });
}

export function useDeleteExport() {
    const client = useQueryClient();
    return useMutation({
        mutationFn: ({ id, etag }: AuditExport) => api.delete(`/audit/exports/${encodeURIComponent(id)}`, { ifMatch: etag }),
        onSettled: () => client.invalidateQueries({ queryKey: key }),
    });
}

export function useCancelExport() {
    const client = useQueryClient();
    return useMutation({
        mutationFn: (job: string) => cancelJob(job),
        onSettled: () => client.invalidateQueries({ queryKey: key }),
    });
}

export function fileAddress({ id }: AuditExport): string {
    return addressOf(`/audit/exports/${encodeURIComponent(id)}/file`);
}
