// What the figures of a span say beside those of an earlier one.
import type { Schema } from '../../api/types';
import { percentNumber } from '../../format/numbers';

export interface Peak {
    open: number;
    /** When the step began in which it was seen. */
    at: number;
}

/** The most sessions that were open at a time; null while nothing was measured. */
export function peakOf({ open, from, step_s }: Pick<Schema<'OverviewSeries'>, 'open' | 'from' | 'step_s'>): Peak | null {
    let most: Peak | null = null;
    open.forEach((value, index) => {
        if (value !== null && value > (most?.open ?? 0)) most = { open: value, at: Date.parse(from) + index * step_s * 1000 };
    });
    return most;
}

/** When measuring began, if that was within the span: figures are kept since the start only. */
export function measuredSince({ open, from, step_s }: Pick<Schema<'OverviewSeries'>, 'open' | 'from' | 'step_s'>): number | null {
    const first = open.findIndex((value) => value !== null);
    const steps = first < 0 ? open.length : first;
    return steps === 0 ? null : Date.parse(from) + steps * step_s * 1000;
}

export interface Change {
    way: 'above' | 'below' | 'same';
    /** Of a hundred, as text. */
    points: string;
}

/** From one percentage to another; null when one of them is not known. */
export function changeSince(before: number | null, now: number | null): Change | null {
    if (before === null || now === null) return null;
    const points = percentNumber(Math.abs(now - before) / 100);
    if (Number.parseFloat(points) === 0) return { way: 'same', points };
    return { way: now > before ? 'above' : 'below', points };
}
