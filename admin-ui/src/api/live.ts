// The page's live feed as hooks.
import { useEffect, useEffectEvent, useSyncExternalStore } from 'react';

import { type Channel, type FeedStatus, LiveFeed, openSocket, type Refusal } from './feed';
import { sessionKey } from './session';
import { queryClient } from './queryClient';

export const liveFeed = new LiveFeed({
    open: openSocket,
    random: Math.random,
    // Asking for the session again brings up the sign-in dialog, or the new role.
    onExpired: () => void queryClient.invalidateQueries({ queryKey: sessionKey }),
});

interface LiveOptions<Data> {
    filter?: unknown;
    enabled?: boolean;
    onData(data: Data, message: { seq: number; at: string }): void;
    /** Something was missed: refetch. */
    onGap?(): void;
    /** Nothing more comes. */
    onRefused?(refusal: Refusal): void;
}

/** Subscribes while mounted; another filter subscribes anew. */
export function useLive<Data>(channel: Channel, options: LiveOptions<Data>): void {
    const { filter, enabled = true } = options;
    const onData = useEffectEvent((data: unknown, message: { seq: number; at: string }) =>
        options.onData(data as Data, message));
    const onGap = useEffectEvent(() => options.onGap?.());
    const onRefused = useEffectEvent((refusal: Refusal) => options.onRefused?.(refusal));
    const filterText = filter === undefined ? undefined : JSON.stringify(filter);
    useEffect(() => {
        if (!enabled) return;
        return liveFeed.subscribe({
            channel,
            filter: filterText === undefined ? undefined : (JSON.parse(filterText) as unknown),
            onData: (data, message) => onData(data, message),
            onGap: () => onGap(),
            onRefused: (refusal) => onRefused(refusal),
        });
    }, [channel, filterText, enabled]);
}

export function useFeedStatus(): FeedStatus {
    return useSyncExternalStore(liveFeed.watch, liveFeed.current);
}
