// The hours of a week as a form has them, and as a rule writes them: "mon-fri 08:00-18:00 Europe/Berlin".

export const Days = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
export type Day = (typeof Days)[number];

export interface Hours {
    days: readonly Day[];
    /** "08:00"; both empty: the whole day. */
    from: string;
    to: string;
    zone: string;
}

export function scheduleOf(hours: Hours): string {
    const parts: string[] = [];
    if (hours.days.length > 0 && hours.days.length < Days.length) parts.push(daysText(hours.days));
    if (hours.from !== '' && hours.to !== '') parts.push(`${hours.from}-${hours.to}`);
    if (parts.length === 0) parts.push('00:00-24:00');
    return [...parts, hours.zone].join(' ');
}

/** Neighbours are joined: "mon-wed,sat". */
function daysText(days: readonly Day[]): string {
    const numbers = Days.map((day, index) => (days.includes(day) ? index : -1)).filter((index) => index >= 0);
    const runs: [number, number][] = [];
    for (const number of numbers) {
        const last = runs[runs.length - 1];
        if (last && last[1] === number - 1) last[1] = number;
        else runs.push([number, number]);
    }
    return runs.map(([from, to]) => (from === to ? Days[from] : `${Days[from]}-${Days[to]}`)).join(',');
}
