// Points in time, in the zone the person chose (UTC unless they did). The date is shown only when it
// is not today.
import { NotApplicable } from './numbers';

export type Instant = string | number | Date | null | undefined;

const formatters = new Map<string, Intl.DateTimeFormat>();

function formatter(zone: string, kind: 'clock' | 'exact' | 'date' | 'day' | 'day-of-year' | 'iso-day'): Intl.DateTimeFormat {
    const key = `${zone} ${kind}`;
    let found = formatters.get(key);
    if (!found) {
        found = new Intl.DateTimeFormat(kind === 'iso-day' ? 'en-CA' : undefined, { timeZone: zone, ...shapes[kind] });
        formatters.set(key, found);
    }
    return found;
}

const shapes: Record<string, Intl.DateTimeFormatOptions> = {
    clock: { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
    exact: { hour: '2-digit', minute: '2-digit', second: '2-digit', fractionalSecondDigits: 3, hourCycle: 'h23' },
    date: { day: 'numeric', month: 'short' },
    day: { weekday: 'short', day: 'numeric', month: 'short' },
    'day-of-year': { weekday: 'short', day: 'numeric', month: 'short', year: 'numeric' },
    'iso-day': { year: 'numeric', month: '2-digit', day: '2-digit' },
};

function toDate(at: Instant): Date | null {
    if (at === null || at === undefined || at === '') return null;
    const date = new Date(at);
    return Number.isNaN(date.getTime()) ? null : date;
}

function sameDay(a: Date, b: Date, zone: string): boolean {
    return formatter(zone, 'iso-day').format(a) === formatter(zone, 'iso-day').format(b);
}

function sameYear(a: Date, b: Date, zone: string): boolean {
    return formatter(zone, 'iso-day').format(a).slice(0, 4) === formatter(zone, 'iso-day').format(b).slice(0, 4);
}

/** 09:41:59.471, with "23 Nov" before it when that is not today. */
export function exactTime(at: Instant, zone: string, now: Date = new Date()): string {
    const date = toDate(at);
    if (!date) return NotApplicable;
    const time = formatter(zone, 'exact').format(date);
    return sameDay(date, now, zone) ? time : `${formatter(zone, 'date').format(date)} ${time}`;
}

/** 09:41, with the date when that is not today. */
export function shortTime(at: Instant, zone: string, now: Date = new Date()): string {
    const date = toDate(at);
    if (!date) return NotApplicable;
    const time = formatter(zone, 'clock').format(date);
    return sameDay(date, now, zone) ? time : `${formatter(zone, 'date').format(date)} ${time}`;
}

/** "today 07:21", "Fri 20 Nov 16:03", with the year when it is another one. */
export function dayAndTime(at: Instant, zone: string, now: Date = new Date()): string {
    const date = toDate(at);
    if (!date) return NotApplicable;
    const day = sameDay(date, now, zone) ? 'today' : formatter(zone, sameYear(date, now, zone) ? 'day' : 'day-of-year').format(date);
    return `${day} ${formatter(zone, 'clock').format(date)}`;
}

/** 2026-11-27 09:41:59.471 UTC; for titles and copying. */
export function fullTime(at: Instant, zone: string): string {
    const date = toDate(at);
    if (!date) return NotApplicable;
    return `${formatter(zone, 'iso-day').format(date)} ${formatter(zone, 'exact').format(date)} ${zone}`;
}

/** Date only. */
export function day(at: Instant, zone: string): string {
    const date = toDate(at);
    return date ? formatter(zone, 'day').format(date) : NotApplicable;
}
