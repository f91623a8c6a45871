// What was done, and to what, as people say it. The codes are what one filters by; they stay in the titles.
interface Recorded {
    object: string | null;
    before: unknown;
    after: unknown;
}

/** "session.sign-in-failed" is "Session: sign in failed". */
export function actionWords(action: string): string {
    const [subject = '', ...rest] = action.split('.');
    const words = rest.join(' ').replaceAll('-', ' ');
    const shown = subject.length <= 3 ? subject.toUpperCase() : subject.charAt(0).toUpperCase() + subject.slice(1).replaceAll('-', ' ');
    return words === '' ? shown : `${shown}: ${words}`;
}

/** "rule 0b6e…" is “Block file sharing”, where the event tells its name. */
export function objectWords({ object, before, after }: Recorded): string | null {
    if (!object) return null;
    const kind = /^(\w+) [0-9a-f]{8}-[0-9a-f-]{27}$/.exec(object)?.[1];
    const name = nameIn(after) ?? nameIn(before);
    return kind !== undefined && name !== null ? `${kind} “${name}”` : object;
}

function nameIn(value: unknown): string | null {
    const name = typeof value === 'object' && value !== null ? (value as { name?: unknown }).name : undefined;
    return typeof name === 'string' && name !== '' ? name : null;
}
