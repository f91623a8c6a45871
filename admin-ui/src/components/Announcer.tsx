// Says things to screen readers, politely, at most one message per 5 s: a live page would drown them.
import { useSyncExternalStore } from 'react';

const Pause = 5_000;

let current = '';
let waiting: string | null = null;
let lastAt = -Infinity;
let timer: ReturnType<typeof setTimeout> | null = null;
const listeners = new Set<() => void>();

/** The newest message wins when several come within the pause. */
export function announce(message: string): void {
    const wait = lastAt + Pause - Date.now();
    if (wait > 0) {
        waiting = message;
        timer ??= setTimeout(() => {
            timer = null;
            if (waiting !== null) say(waiting);
        }, wait);
        return;
    }
    say(message);
}

function say(message: string): void {
    waiting = null;
    lastAt = Date.now();
    current = message;
    listeners.forEach((listener) => listener());
}

function watch(listener: () => void): () => void {
    listeners.add(listener);
    return () => listeners.delete(listener);
}

export function Announcer() {
    const message = useSyncExternalStore(watch, () => current);
    return <div className="visually-hidden" role="status" aria-live="polite">{message}</div>;
}
