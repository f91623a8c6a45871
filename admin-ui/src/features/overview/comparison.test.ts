import { describe, expect, it } from 'vitest';

import { changeSince, measuredSince, peakOf } from './comparison';

const from = '2026-11-27T09:00:00.000Z';

describe('peakOf', () => {
    it('finds the most, and the first time of it', () => {
        expect(peakOf({ from, step_s: 30, open: [null, 7, 2130, 2130, 5] })).toEqual({ open: 2130, at: Date.parse('2026-11-27T09:01:00.000Z') });
    });
    it('finds none when nothing was open or measured', () => {
        expect(peakOf({ from, step_s: 30, open: [null, 0, null] })).toBeNull();
    });
});

describe('measuredSince', () => {
    it.each([
        [[0, 3], null], [[null, null, 4], '2026-11-27T09:01:00.000Z'], [[null, null], '2026-11-27T09:01:00.000Z'], [[2, null], null],
    ] as const)('says when the figures %j begin', (open, at) => {
        expect(measuredSince({ from, step_s: 30, open: [...open] })).toBe(at && Date.parse(at));
    });
});

describe('changeSince', () => {
    it.each([
        [5.2, 7.6, 'above', '2.4'], [0.36, 0.31, 'below', '0.05'], [31, 31, 'same', '0'], [30.001, 30, 'same', '0'], [0, 12, 'above', '12'],
    ] as const)('from %s to %s is %s by %s', (before, now, way, points) => {
        expect(changeSince(before, now)).toEqual({ way, points });
    });
    it.each([[null, 3], [3, null], [null, null]])('says nothing from %s to %s', (before, now) => {
        expect(changeSince(before, now)).toBeNull();
    });
});
