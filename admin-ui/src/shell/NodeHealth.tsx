// The node's name with the worst of its checks, at the foot of the navigation.
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'wouter';

import { api } from '../api/client';
import { useLive } from '../api/live';
import { useSession } from '../api/session';
import { classes } from '../components/classes';
import { oneUnit } from '../format/durations';
import css from './Shell.module.css';
import { shellTexts } from './texts';

type State = 'ok' | 'warn' | 'bad';

export function NodeHealth() {
    const { node } = useSession();
    const [live, setLive] = useState<State | null>(null);
    const health = useQuery({
        queryKey: ['health'],
        queryFn: async ({ signal }) => (await api.get<{ state: State; process: { uptime_s: number } }>('/health', { signal })).data,
        staleTime: 60_000,
    });
    useLive<{ state: State }>('health', { onData: (data) => setLive(data.state), onGap: () => void health.refetch() });
    const state = live ?? health.data?.state ?? 'unknown';
    const uptime = health.data?.process.uptime_s;
    return (
        <Link href="/health" className={css.node} title={`${node}: ${shellTexts.health[state]}`}>
            <span className={classes(css.dot, css[state])} aria-hidden="true" />
            <span className={css.nodeText}>
                <b>{node}</b>
                <span>
                    {shellTexts.health[state]}
                    {uptime !== undefined && ` · ${shellTexts.up(oneUnit(uptime))}`}
                </span>
            </span>
        </Link>
    );
}
