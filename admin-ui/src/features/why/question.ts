// What was pasted: a session id, or an address that somebody wanted to reach.

export type Question = { kind: 'session'; session: string } | { kind: 'address'; url: string };

const SessionId = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
/** The store takes the first digits as well. */
const Beginning = /^[0-9a-f]{8}(-[0-9a-f]{0,4}){0,3}(-[0-9a-f]{0,12})?$/i;

/** Null for nothing. An id is found also inside of pasted words ("Session: 0195…"). */
export function readQuestion(text: string): Question | null {
    const trimmed = text.trim();
    if (trimmed === '') return null;
    const inside = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/i.exec(trimmed)?.[0];
    const isAddress = /^[a-z]+:\/\//i.test(trimmed);
    if (inside && SessionId.test(inside) && !isAddress) return { kind: 'session', session: inside.toLowerCase() };
    if (Beginning.test(trimmed)) return { kind: 'session', session: trimmed.toLowerCase() };
    return { kind: 'address', url: trimmed };
}
