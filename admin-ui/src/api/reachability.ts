// Whether the server answers at all, and when it last did: for the line that says how old a page is.

export interface Reachability {
    /** Since when nothing has been answered; null while it answers. */
    lostAt: number | null;
    /** As of the last change of lostAt. */
    lastAnswerAt: number | null;
}

let lastAnswerAt: number | null = null;
let current: Reachability = { lostAt: null, lastAnswerAt: null };
const listeners = new Set<() => void>();

export function noteAnswer(): void {
    lastAnswerAt = Date.now();
    if (current.lostAt === null) return; // the time alone is not worth drawing anew
    current = { lostAt: null, lastAnswerAt };
    listeners.forEach((listener) => listener());
}

export function noteSilence(): void {
    if (current.lostAt !== null) return;
    current = { lostAt: Date.now(), lastAnswerAt };
    listeners.forEach((listener) => listener());
}

export function watchReachability(listener: () => void): () => void {
    listeners.add(listener);
    return () => listeners.delete(listener);
}

export function reachability(): Reachability {
    return current;
}
