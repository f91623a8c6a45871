// A period in words: "Last 24 hours", "18:45 – 23:00".
import { type Bounds, type Period, writeSpan } from './period';
import { auditTexts } from './texts';

/** The day is said once when both ends lie in it. */
export function rangeWords({ from, to }: Bounds, short: (at: number) => string): string {
    const [begin, end] = [short(from), short(to)];
    const clock = '00:00'.length;
    return `${begin} – ${begin.slice(0, -clock) === end.slice(0, -clock) ? end.slice(-clock) : end}`;
}

export function periodWords(period: Period, short: (at: number) => string): string {
    if (period.kind === 'between') return rangeWords(period, short);
    return auditTexts.period.last(auditTexts.period.spans[period.seconds] ?? writeSpan(period.seconds));
}
