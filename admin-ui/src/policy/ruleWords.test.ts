import { describe, expect, it } from 'vitest';

import { limitWords, linesOf, scheduleWords, searchTextOf } from './ruleWords';

describe('ruleWords', () => {
    it('shows every condition, lists with their size', () => {
        const lines = linesOf(
            { group: ['Staff'], host: ['list:File sharing', '*.vendor.example'], port: [443], not: { host: ['b.example'] } },
            (list) => (list === 'File sharing' ? 1204 : null));
        expect(lines.who).toEqual([{ condition: 'group', word: 'group', tokens: [{ kind: 'value', text: 'Staff' }], isExcept: false }]);
        expect(lines.destination.map((line) => [line.condition, line.isExcept])).toEqual([['host', false], ['port', false], ['host', true]]);
        expect(lines.destination[0]!.tokens[0]).toEqual({ kind: 'list', name: 'File sharing', entries: 1204 });
    });

    it.each([
        ['mon-fri 08:00-18:00 Europe/Berlin', 'Mon–Fri 08:00–18:00 Europe/Berlin'],
        ['22:00-06:00 UTC', '22:00–06:00 UTC'],
        ['sat,sun UTC', 'Sat,Sun UTC'],
    ])('reads %s as %s', (schedule, words) => expect(scheduleWords(schedule)).toBe(words));

    it('finds a rule by what its conditions say', () => {
        const text = searchTextOf({ name: 'Chat', ticket: 'NET-12', when: { port: [443], not: { host: ['Beta.example'] } } });
        for (const part of ['chat', 'net-12', '443', 'beta.example']) expect(text).toContain(part);
    });

    it('says limits in words', () => {
        expect(limitWords({ idle: '30m', rate: '1MiB' })).toEqual(['idle 30m', 'rate at most 1MiB/s']);
        expect(limitWords(undefined)).toEqual([]);
    });
});
