import { describe, expect, it } from 'vitest';

import { fromZonedInput, toZonedInput } from './zonedTime';

describe('zoned times', () => {
    it.each([
        ['2026-11-27T09:30:00Z', 'UTC', '2026-11-27T09:30'],
        ['2026-11-27T09:30:00Z', 'Europe/Berlin', '2026-11-27T10:30'],
        ['2026-07-01T22:30:00Z', 'Europe/Berlin', '2026-07-02T00:30'],
        ['2026-03-29T01:30:00Z', 'Europe/Berlin', '2026-03-29T03:30'],
        ['2026-11-27T09:30:00Z', 'Asia/Kolkata', '2026-11-27T15:00'],
    ])('%s in %s is %s, and back', (at, zone, text) => {
        expect(toZonedInput(at, zone)).toBe(text);
        expect(fromZonedInput(text, zone)).toBe(at);
    });

    it('knows when there is nothing', () => {
        expect(toZonedInput(null, 'UTC')).toBe('');
        expect(fromZonedInput('', 'UTC')).toBeNull();
    });
});
