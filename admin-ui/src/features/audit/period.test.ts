import { describe, expect, it } from 'vitest';

import { boundsOf, fromLocalText, type Period, readSpan, readTime, stepped, toLocalText, writeSpan, writeTime } from './period';

const now = Date.parse('2026-11-23T10:00:00Z');
const hour = 3_600_000;

describe('spans', () => {
    it.each([['15m', 900], ['24h', 86_400], ['7d', 604_800], ['2w', 1_209_600], ['90s', 90]])(
        '%s is %i seconds', (text, seconds) => expect(readSpan(text)).toBe(seconds));
    it.each(['', '24', 'h', '0h', '1y', '-1h', '1h2m'])('"%s" is none', (text) => expect(readSpan(text)).toBeNull());
    it.each([900, 3_600, 86_400, 604_800, 90, 5_400])('%i reads back', (seconds) =>
        expect(readSpan(writeSpan(seconds))).toBe(seconds));
    it('says 24h for a day', () => expect(writeSpan(86_400)).toBe('24h'));
});

describe('times', () => {
    it.each([['2026-11-23T10:00:00Z', now], ['2026-11-23T11:00:00+01:00', now], ['2026-11-23T10:00', now]])(
        '%s is a time', (text, at) => expect(readTime(text)).toBe(at));
    it.each([null, '', 'yesterday', '2026-11-23', '2026-99-99T00:00:00Z'])('%s is none', (text) => expect(readTime(text)).toBeNull());
    it('reads back', () => expect(readTime(writeTime(now))).toBe(now));
});

describe('a period', () => {
    const lastHour: Period = { kind: 'last', seconds: 3_600 };
    it('begins before now', () => expect(boundsOf(lastHour, now)).toEqual({ from: now - hour, to: now }));
    it('goes one width earlier', () =>
        expect(stepped(lastHour, -1, now)).toEqual({ kind: 'between', from: now - 2 * hour, to: now - hour }));
    it('does not go beyond now', () => expect(stepped(lastHour, 1, now)).toBe(lastHour));
    it('is relative again when it reaches now', () =>
        expect(stepped({ kind: 'between', from: now - 2 * hour, to: now - hour }, 1, now)).toEqual(lastHour));
    it('goes one width later', () =>
        expect(stepped({ kind: 'between', from: now - 9 * hour, to: now - 8 * hour }, 1, now)).toEqual(
            { kind: 'between', from: now - 8 * hour, to: now - 7 * hour }));
});

describe('a clock in a zone', () => {
    it.each(['UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Kolkata'])('%s reads back', (zone) => {
        for (const at of [now, Date.parse('2026-07-01T00:30:00Z'), Date.parse('2026-03-29T05:00:00Z')])
            expect(fromLocalText(toLocalText(at, zone), zone)).toBe(at);
    });
    it('is an hour ahead in Berlin', () => expect(toLocalText(now, 'Europe/Berlin')).toBe('2026-11-23T11:00:00'));
    it('has no time for nothing', () => expect(fromLocalText('', 'UTC')).toBeNull());
});
