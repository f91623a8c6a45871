// Open sessions of a filter, once a second. Held while somebody points at them or has selected some:
// nothing moves under the pointer.
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';

import { api } from '../../api/client';
import { useFeedStatus, useLive } from '../../api/live';
import type { Schema } from '../../api/types';
import { applyChange, type Change, emptyPicture, freshIn, type Picture, pictureOf, type SessionSort } from './liveSessions';

export type SessionFilter = Schema<'SessionFilter'>;
export type SessionList = Schema<'SessionList'>;

const MostFromFeed = 200;

export const sessionsKey = ['sessions'] as const;

export function useSessionList(filter: SessionFilter, sort: SessionSort, group: 'none' | 'user' | 'host' | 'rule') {
    const { state } = useFeedStatus();
    const byFeed = state === 'open' && group === 'none';
    return useQuery({
        queryKey: [...sessionsKey, filter, sort, group],
        queryFn: async ({ signal }) =>
            (await api.get<SessionList>('/sessions', { query: { ...filter, sort, group: group === 'none' ? null : group, limit: MostFromFeed }, signal })).data,
        placeholderData: keepPreviousData,
        refetchInterval: byFeed ? 15_000 : 2_000,
    });
}

interface Live {
    shown: Picture;
    /** Came and went while it was held. */
    fresh: number;
    gone: number;
}

export function useLiveSessions(filter: SessionFilter, sort: SessionSort, list: SessionList | undefined, held: boolean, enabled: boolean, onRefused: () => void): Live {
    const [latest, setLatest] = useState<Picture>(emptyPicture);
    const [kept, keep] = useState<Picture | null>(null);
    // A new answer is the whole; the feed's changes go on from there.
    const whole = useMemo(() => (list ? pictureOf(list) : null), [list]);
    const [from, setFrom] = useState<Picture | null>(null);
    if (whole && whole !== from) {
        setFrom(whole);
        setLatest(whole);
    }
    useLive<Change>('sessions', {
        filter: { ...filter, sort, limit: MostFromFeed },
        enabled,
        onRefused,
        onData: (change, { seq }) => setLatest((before) => applyChange(seq === 1 ? emptyPicture : before, change)),
    });
    if (held && !kept) keep(latest);
    if (!held && kept) keep(null);
    const shown = (held ? kept : null) ?? latest;
    return { shown, fresh: freshIn(latest, shown), gone: freshIn(shown, latest) };
}
