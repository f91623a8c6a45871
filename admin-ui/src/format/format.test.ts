import { describe, expect, it } from 'vitest';

import { ago, micros, millis, seconds } from './durations';
import { bytes, count, exactCount, percent, perSecond, rate } from './numbers';
import { dayAndTime, exactTime, fullTime, shortTime } from './times';

describe('count', () => {
    it.each([
        [0, '0'], [9_999, '9,999'], [10_000, '10k'], [12_345, '12.3k'], [118_000, '118k'],
        [999_900, '1M'], [1_234_567, '1.2M'], [2_300_000_000, '2.3G'], [null, '–'], [undefined, '–'],
        ['18446744073709551615', '18,446,744T'],
    ])('%s is %s', (value, expected) => expect(count(value)).toBe(expected));
    it('gives the full number for titles', () => expect(exactCount(1_234_567)).toBe('1,234,567'));
});

describe('bytes', () => {
    it.each([
        [0, '0 B'], [1023, '1,023 B'], [1024, '1 KiB'], [1536, '1.5 KiB'], [10 * 1024, '10 KiB'],
        [417_333_248, '398 MiB'], ['1099511627776', '1 TiB'], [null, '–'],
    ])('%s is %s', (value, expected) => expect(bytes(value)).toBe(expected));
});

describe('rate', () => {
    it.each([[0, '0 bit/s'], [1000, '8 kbit/s'], [51_500_000, '412 Mbit/s'], [1_187_500, '9.5 Mbit/s'], [null, '–']])(
        '%s bytes per second is %s', (value, expected) => expect(rate(value)).toBe(expected));
});

describe('per second', () => {
    it.each([[0, '0'], [0.42, '0.4'], [9.5, '9.5'], [118.2, '118'], [null, '–']])('%s is %s', (value, expected) => expect(perSecond(value)).toBe(expected));
});

describe('percent', () => {
    it.each([[0.076, '7.6 %'], [0.0031, '0.31 %'], [0, '0 %'], [1, '100 %'], [null, '–'], [Number.NaN, '–']])(
        '%s is %s', (value, expected) => expect(percent(value)).toBe(expected));
});

describe('durations', () => {
    it.each([
        [38, '38 µs'], [999, '999 µs'], [4_000, '4 ms'], [1_500, '1.5 ms'], [1_700_000, '1.7 s'], [185e6, '3 min 5 s'], [null, '–'],
    ])('%s µs is %s', (value, expected) => expect(micros(value)).toBe(expected));
    it.each([[60, '1 min'], [7800, '2 h 10 min'], [41 * 86_400, '41 days'], [0, '0 s']])(
        '%s s is %s', (value, expected) => expect(seconds(value)).toBe(expected));
    it('takes milliseconds', () => expect(millis(64)).toBe('64 ms'));
    it.each([[2_000, 'just now'], [65_000, '1 min ago'], [7_300_000, '2 h ago'], [4 * 86_400_000, '4 days ago']])(
        '%s ms before now is %s', (passed, expected) => expect(ago(1e12 - passed, 1e12)).toBe(expected));
});

describe('times', () => {
    const now = new Date('2026-11-23T10:00:00.000Z');
    it('leaves the date out today', () => expect(exactTime('2026-11-23T09:41:59.471Z', 'UTC', now)).toBe('09:41:59.471'));
    it('shows the date of another day', () => expect(exactTime('2026-11-22T09:41:59.471Z', 'UTC', now)).toBe('Nov 22 09:41:59.471'));
    it('knows the day in the chosen zone', () =>
        expect(shortTime('2026-11-22T23:30:00Z', 'Europe/Berlin', now)).toBe('00:30'));
    it('says today', () => expect(dayAndTime('2026-11-23T07:21:00Z', 'UTC', now)).toBe('today 07:21'));
    it('names the zone in full', () => expect(fullTime('2026-11-23T07:21:00Z', 'UTC')).toBe('2026-11-23 07:21:00.000 UTC'));
    it('has no time for nothing', () => expect(exactTime(null, 'UTC')).toBe('–'));
});
