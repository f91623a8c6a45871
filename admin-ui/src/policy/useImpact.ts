// What the draft would have meant for the last 24 h: a job of the server, run once for each state of
// the draft, and only after the draft has rested for a moment.
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';

import { api } from '../api/client';
import { isOver, jobIdFrom, useJob } from '../api/jobs';
import { policyKeys } from './queries';
import type { PolicyImpact } from './types';

const Rest = 1_500;

export interface Impact {
    result: PolicyImpact | null;
    done: number;
    total: number | null;
    state: 'off' | 'working' | 'done' | 'failed';
    error: unknown;
}

export function useImpact(draftEtag: string | undefined, wanted: boolean): Impact {
    const rested = useRested(draftEtag);
    const start = useQuery({
        queryKey: policyKeys.impact(rested ?? ''),
        queryFn: async ({ signal }) => jobIdFrom((await api.post('/policy/impact', { policy: 'draft' }, { signal })).location),
        enabled: wanted && rested !== undefined,
        staleTime: Infinity,
    });
    const job = useJob<PolicyImpact>(wanted ? start.data ?? null : null);
    const error = start.error ?? job.error ?? (job.data?.state === 'failed' ? job.data.problem : null);
    if (!wanted) return { result: null, done: 0, total: null, state: 'off', error: null };
    return {
        result: job.data?.state === 'done' ? job.data.result ?? null : null,
        done: job.data?.done ?? 0,
        total: job.data?.total ?? null,
        state: error ? 'failed' : isOver(job.data) ? 'done' : 'working',
        error,
    };
}

function useRested(value: string | undefined): string | undefined {
    const [rested, setRested] = useState(value);
    useEffect(() => {
        const timer = setTimeout(() => setRested(value), Rest);
        return () => clearTimeout(timer);
    }, [value]);
    return rested;
}
