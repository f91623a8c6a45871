/** Joins class names; leaves out what does not apply. */
export function classes(...names: Array<string | false | null | undefined>): string {
    return names.filter(Boolean).join(' ');
}
