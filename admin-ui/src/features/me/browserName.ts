/** "Firefox on Linux", as far as the User-Agent says; else its first word. */
export function browserName(userAgent: string): string {
    const browser = ([['Edge', /Edg\//], ['Opera', /OPR\//], ['Firefox', /Firefox\//], ['Chrome', /Chrom(e|ium)\//], ['Safari', /Safari\//]] as const)
        .find(([, pattern]) => pattern.test(userAgent))?.[0];
    if (!browser) return userAgent.split(/[\s/]/)[0] || '–';
    const system = ([['Windows', /Windows/], ['Android', /Android/], ['iOS', /iPhone|iPad/], ['macOS', /Mac OS X/], ['Linux', /Linux/]] as const)
        .find(([, pattern]) => pattern.test(userAgent))?.[0];
    return system ? `${browser} on ${system}` : browser;
}
