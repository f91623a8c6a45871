// Period: which stretch of time a search is about. Relative ones stay relative in the URL ("last
// 24 h" means that tomorrow too); they become points in time only for a request, from a "now" that
// rows, histogram and facets share.

export type Period = { kind: 'last'; seconds: number } | Between;

export interface Between {
    kind: 'between';
    /** Unix milliseconds. */
    from: number;
    to: number;
}

export interface Bounds {
    from: number;
    to: number;
}

const Units = [['w', 604_800], ['d', 86_400], ['h', 3_600], ['m', 60], ['s', 1]] as const;

export const Presets: readonly number[] = [15 * 60, 3_600, 4 * 3_600, 86_400, 7 * 86_400, 30 * 86_400];
export const FirstPeriod: Period = { kind: 'last', seconds: 3_600 };

/** "24h" is 86400; null when it is none. */
export function readSpan(text: string): number | null {
    const found = /^(\d{1,6})([smhdw])$/.exec(text.trim());
    if (!found) return null;
    const unit = Units.find(([name]) => name === found[2]);
    const amount = Number(found[1]) * (unit?.[1] ?? 0);
    return amount > 0 ? amount : null;
}

/** In the largest unit that divides it: "24h" for a day, as people say it. */
export function writeSpan(seconds: number): string {
    if (seconds === 86_400) return '24h';
    const [name, size] = Units.find(([, size]) => seconds % size === 0) ?? ['s', 1];
    return `${seconds / size}${name}`;
}

/** An RFC 3339 time as a link may have it; null when it is none. */
export function readTime(text: string | null): number | null {
    if (text === null || !/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}/.test(text)) return null;
    const at = Date.parse(/(Z|[+-]\d{2}:\d{2})$/.test(text) ? text : `${text}Z`);
    return Number.isNaN(at) ? null : at;
}

export function writeTime(at: number): string {
    return new Date(at).toISOString();
}

export function boundsOf(period: Period, now: number): Bounds {
    return period.kind === 'last' ? { from: now - period.seconds * 1000, to: now } : { from: period.from, to: period.to };
}

/** One step earlier (-1) or later (1); later than now is now again, relative. */
export function stepped(period: Period, direction: -1 | 1, now: number): Period {
    const { from, to } = boundsOf(period, now);
    const width = to - from;
    if (direction > 0 && to >= now) return period;
    if (direction > 0 && to + width >= now) return { kind: 'last', seconds: Math.max(1, Math.round(width / 1000)) };
    return { kind: 'between', from: from + direction * width, to: to + direction * width };
}

export function samePeriod(a: Period, b: Period): boolean {
    if (a.kind === 'last') return b.kind === 'last' && a.seconds === b.seconds;
    return b.kind === 'between' && a.from === b.from && a.to === b.to;
}

/** What a datetime-local field shows for this point in time in that zone. */
export function toLocalText(at: number, zone: string): string {
    const parts = Object.fromEntries(clockOf(zone).formatToParts(at).map(({ type, value }) => [type, value]));
    return `${parts.year}-${parts.month}-${parts.day}T${parts.hour}:${parts.minute}:${parts.second}`;
}

/** The point in time that a clock in that zone shows so; null when the text is none. */
export function fromLocalText(text: string, zone: string): number | null {
    const wanted = readTime(`${text}Z`);
    if (wanted === null) return null;
    // The zone's offset is known only for a point in time: guess, look what the clock shows, mend.
    // Twice, because the first guess may lie beyond a change to or from summer time.
    let at = wanted;
    for (let round = 0; round < 2; round += 1) at += wanted - Date.parse(`${toLocalText(at, zone)}Z`);
    return at;
}

const clocks = new Map<string, Intl.DateTimeFormat>();

function clockOf(zone: string): Intl.DateTimeFormat {
    let clock = clocks.get(zone);
    if (!clock) {
        clock = new Intl.DateTimeFormat('en-CA', {
            timeZone: zone, hourCycle: 'h23',
            year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit',
        });
        clocks.set(zone, clock);
    }
    return clock;
}
