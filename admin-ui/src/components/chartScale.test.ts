import { describe, expect, it } from 'vitest';

import { roundTop, timeMarks, zoneOffset } from './chartScale';

describe('top of the y axis', () => {
    it.each([[0, 1], [1, 1], [7, 8], [11, 15], [118, 150], [650, 800], [1000, 1000], [0.3, 0.30000000000000004], [Number.NaN, 1]])(
        'is %s -> %s', (most, top) => expect(roundTop(most)).toBeCloseTo(top));
    it('is never below what it holds, and at most twice as high', () => {
        for (let value = 0.001; value < 1e9; value *= 1.37) {
            expect(roundTop(value)).toBeGreaterThanOrEqual(value);
            expect(roundTop(value)).toBeLessThanOrEqual(value * 2);
        }
    });
});

describe('marks of the x axis', () => {
    const start = Date.UTC(2026, 10, 22, 9, 7);
    it('stand on round times', () => {
        const { at, stepSeconds } = timeMarks(start, start + 24 * 3_600_000, 1100);
        expect(stepSeconds).toBe(10_800);
        expect(new Date(at[0] ?? 0).toISOString()).toBe('2026-11-22T12:00:00.000Z');
    });
    it('stand on round times of the zone', () => {
        const offset = zoneOffset('Asia/Kolkata', start);
        const { at } = timeMarks(start, start + 24 * 3_600_000, 1100, offset);
        expect(new Date((at[0] ?? 0) + offset).getUTCMinutes()).toBe(0);
    });
    it.each([1, 60, 3600, 86_400, 31 * 86_400])('are few over %s s', (seconds) =>
        expect(timeMarks(start, start + seconds * 1000, 800).at.length).toBeLessThanOrEqual(12));
});

describe('zone offset', () => {
    it.each([['UTC', 0], ['Europe/Berlin', 60], ['America/New_York', -300], ['Asia/Kolkata', 330], ['No/Where', 0]])('of %s is %s min', (zone, minutes) =>
        expect(zoneOffset(zone, Date.UTC(2026, 10, 23)) / 60_000).toBe(minutes));
    it('knows summer time', () => expect(zoneOffset('Europe/Berlin', Date.UTC(2026, 6, 1)) / 60_000).toBe(120));
});
