// What can be done from the audit log: save a search, check the chain, reveal names, export, draft an
// exception. One hook each; apart from the questions because they are loaded with their dialogs.
import { useMutation, useQueryClient } from '@tanstack/react-query';

import { api } from '../../api/client';
import type { Schema } from '../../api/types';
import { keys, type Privacy, type SavedSearch } from './requests';

export function useSaveSearch() {
    const client = useQueryClient();
    return useMutation({
        mutationFn: async (input: Schema<'SavedSearchInput'>) => (await api.create<SavedSearch>('/audit/searches', input)).data,
        onSuccess: () => client.invalidateQueries({ queryKey: keys.searches }),
    });
}

export function useDeleteSearch() {
    const client = useQueryClient();
    return useMutation({
        mutationFn: ({ id, etag }: SavedSearch) => api.delete(`/audit/searches/${encodeURIComponent(id)}`, { ifMatch: etag }),
        onSettled: () => client.invalidateQueries({ queryKey: keys.searches }),
    });
}

export function useVerify() {
    const client = useQueryClient();
    return useMutation({
        mutationFn: async () => (await api.post('/audit/integrity/verify')).location,
        onSettled: () => client.invalidateQueries({ queryKey: keys.integrity }),
    });
}

/** Everything shown may hold names now: all of it is asked again. */
export function useReveal() {
    const client = useQueryClient();
    return useMutation({
        mutationFn: async (reason: string) => (await api.post<Privacy>('/audit/reveal', { reason })).data,
        onSuccess: () => client.invalidateQueries({ queryKey: ['audit'] }),
    });
}

export function useStartExport() {
    const client = useQueryClient();
    return useMutation({
        mutationFn: async (input: Schema<'AuditExportInput'>) => (await api.create('/audit/exports', input)).location,
        onSuccess: () => client.invalidateQueries({ queryKey: ['audit', 'exports'] }),
    });
}

/** Answers the drafted rule. */
export function useAddException() {
    return useMutation({
        mutationFn: async (sessionId: string) =>
            (await api.create<Schema<'ChangedRule'>>('/policy/draft/exceptions', { session_id: sessionId })).data,
    });
}
