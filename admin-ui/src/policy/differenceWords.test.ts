import { describe, expect, it } from 'vitest';

import { fieldWords } from './differenceWords';

describe('differences in words', () => {
    it.each([
        ['action', 'deny', 'allow', 'Action: Deny becomes Allow'],
        ['enabled', true, false, 'Switch: is switched off'],
        ['enabled', false, true, 'Switch: is switched on'],
        ['when.host', ['a.example', 'b.example'], ['b.example', 'c.example'], 'Host: adds c.example, takes away a.example'],
        ['when.port', null, [443], 'Port: adds 443'],
        ['when.port', [443], null, 'Port: takes away 443'],
        ['when.host', ['a', 'b'], ['b', 'a'], 'Host: in another order'],
        ['when.not.time', null, ['mon-fri UTC'], 'Except time: adds Mon–Fri UTC'],
        ['comment', null, 'x', 'Comment: none becomes x'],
        ['blockText', 'Ask IT', null, 'Block page text: Ask IT becomes none'],
        ['limits.rate', '1MiB', '2MiB', 'Rate at most: 1MiB becomes 2MiB'],
        ['defaults.access', 'deny', 'allow', 'Default of Access: Deny becomes Allow'],
        ['pac.proxy', 'a:1', 'b:1', 'PAC file: proxy: a:1 becomes b:1'],
        ['mode', 'report', 'enforce', 'Mode: Only report becomes Enforce'],
    ])('%s from %j to %j', (field, before, after, expected) => {
        const { label, words } = fieldWords({ path: field, before, after });
        expect(`${label}: ${words}`).toBe(expected);
    });

    it('says only the value of something new', () => {
        expect(fieldWords({ path: 'when.host', before: null, after: ['a.example'] }, true)).toEqual({ label: 'Host', words: 'a.example' });
    });

    it('cuts long lists of values', () => {
        const after = Array.from({ length: 20 }, (_, index) => `h${index}.example`);
        expect(fieldWords({ path: 'when.host', before: null, after }).words).toContain('and 12 more');
    });
});
