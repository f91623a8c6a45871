// Long work: the server answers 202 with Location: /jobs/{id}; this follows it to its end.
import { useQuery } from '@tanstack/react-query';

import { api } from './client';
import type { Schema } from './types';

export type Job<Result = unknown> = Omit<Schema<'Job'>, 'result'> & { result?: Result };

export function jobIdFrom(location: string | null): string | null {
    return location?.split('/').pop() ?? null;
}

export function isOver<J extends Pick<Job, 'state'>>(job: J | undefined): job is J {
    return job?.state === 'done' || job?.state === 'failed' || job?.state === 'cancelled';
}

export function useJob<Result>(id: string | null) {
    return useQuery({
        queryKey: ['jobs', id],
        queryFn: async ({ signal }) => (await api.get<Job<Result>>(`/jobs/${id}`, { signal })).data,
        enabled: id !== null,
        refetchInterval: (query) => (isOver(query.state.data) ? false : 500),
    });
}

export async function cancelJob(id: string): Promise<void> {
    await api.delete(`/jobs/${id}`);
}
