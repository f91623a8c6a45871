import { expect, it } from 'vitest';

import { type Day, scheduleOf } from './schedule';

it.each<[Day[], string, string, string]>([
    [['mon', 'tue', 'wed', 'thu', 'fri'], '08:00', '18:00', 'mon-fri 08:00-18:00 UTC'],
    [['mon', 'wed', 'thu', 'sun'], '', '', 'mon,wed-thu,sun UTC'],
    [['sat', 'sun'], '22:00', '06:00', 'sat-sun 22:00-06:00 UTC'],
    [[], '08:00', '18:00', '08:00-18:00 UTC'],
    [[], '', '', '00:00-24:00 UTC'],
])('%j from %s to %s is written as %s', (days, from, to, expected) => {
    expect(scheduleOf({ days, from, to, zone: 'UTC' })).toBe(expected);
});
