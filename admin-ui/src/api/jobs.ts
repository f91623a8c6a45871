// Long work: the server answers 202 with Location: /jobs/{id}; this follows it to its end. The live
// feed tells the end; how far it is, and the end while the feed is down, is asked for.
import { useQuery } from '@tanstack/react-query';

import { api } from './client';
import { useFeedStatus, useLive } from './live';
import type { Schema } from './types';

export type Job<Result = unknown> = Omit<Schema<'Job'>, 'result'> & { result?: Result };

export function jobIdFrom(location: string | null): string | null {
    return location?.split('/').pop() ?? null;
}

export function isOver<J extends Pick<Job, 'state'>>(job: J | undefined): job is J {
    return job?.state === 'done' || job?.state === 'failed' || job?.state === 'cancelled';
}

export function useJob<Result>(id: string | null) {
    const feed = useFeedStatus();
    const pause = feed.state === 'open' ? 1_000 : 500;
    const query = useQuery({
        queryKey: ['jobs', id],
        queryFn: async ({ signal }) => (await api.get<Job<Result>>(`/jobs/${id}`, { signal })).data,
        enabled: id !== null,
        refetchInterval: ({ state }) => (isOver(state.data) ? false : pause),
    });
    useLive<Schema<'LiveJob'>>('jobs', {
        enabled: id !== null && !isOver(query.data),
        onData: ({ job }) => {
            if (job === id) void query.refetch();
        },
        onGap: () => void query.refetch(),
    });
    return query;
}

export async function cancelJob(id: string): Promise<void> {
    await api.delete(`/jobs/${id}`);
}
