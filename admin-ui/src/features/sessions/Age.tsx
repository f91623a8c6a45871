import { useSyncExternalStore } from 'react';

import { seconds } from '../../format/durations';

/** One clock for all rows. */
const listeners = new Set<() => void>();
let now = Date.now();
let timer: ReturnType<typeof setInterval> | undefined;

function watch(listener: () => void): () => void {
    listeners.add(listener);
    timer ??= setInterval(() => {
        now = Date.now();
        listeners.forEach((each) => each());
    }, 1000);
    return () => {
        listeners.delete(listener);
        if (listeners.size > 0) return;
        clearInterval(timer);
        timer = undefined;
    };
}

export function Age({ since }: { since: string }) {
    const at = useSyncExternalStore(watch, () => now);
    return seconds(Math.max(0, Math.floor((at - Date.parse(since)) / 1000)));
}
