// What was done, and to what, as people say it. The codes are what one filters by; they stay in the titles.

/** "session.sign-in-failed" is "Session: sign in failed". */
export function actionWords(action: string): string {
    const [subject = '', ...rest] = action.split('.');
    const words = rest.join(' ').replaceAll('-', ' ');
    const shown = subject.length <= 3 ? subject.toUpperCase() : subject.charAt(0).toUpperCase() + subject.slice(1).replaceAll('-', ' ');
    return words === '' ? shown : `${shown}: ${words}`;
}

/** The id of something that has a name is left out. */
export function objectWords(object: string): string {
    return object.replace(/^(\w+) [0-9a-f]{8}-[0-9a-f-]{27} "(.*)"/, '$1 “$2”');
}
