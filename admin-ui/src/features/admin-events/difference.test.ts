import { describe, expect, it } from 'vitest';

import { type Difference, differences } from './difference';

describe('what differs', () => {
    it.each<[string, unknown, unknown, Difference[]]>([
        ['nothing', { a: 1 }, { a: 1 }, []],
        ['a field', { name: 'old', on: true }, { name: 'new', on: true }, [{ path: 'name', before: 'old', after: 'new' }]],
        ['a field that came', {}, { note: 'x' }, [{ path: '', before: '{}', after: '{"note":"x"}' }]],
        ['a field beside others', { a: 1 }, { a: 1, note: 'x' }, [{ path: 'note', before: undefined, after: 'x' }]],
        ['a field that went', { a: 1, note: 'x' }, { a: 1 }, [{ path: 'note', before: 'x', after: undefined }]],
        ['inside', { to: [{ host: 'a' }] }, { to: [{ host: 'b' }] }, [{ path: 'to.0.host', before: 'a', after: 'b' }]],
        ['a longer list', { to: ['a'] }, { to: ['a', 'b'] }, [{ path: 'to.1', before: undefined, after: 'b' }]],
        ['an emptied list', { to: ['a'] }, { to: [] }, [{ path: 'to', before: '["a"]', after: '[]' }]],
        ['something new', null, { name: 'rule', on: true }, [{ path: 'name', before: undefined, after: 'rule' }, { path: 'on', before: undefined, after: 'true' }]],
        ['something deleted', { name: 'rule' }, null, [{ path: 'name', before: 'rule', after: undefined }]],
        ['plain values', 41, 42, [{ path: '', before: '41', after: '42' }]],
        ['number and text', { a: 1 }, { a: '1' }, []],
        ['nothing at all', null, null, []],
    ])('%s', (_name, before, after, expected) => expect(differences(before, after)).toEqual(expected));

    it('does not take inherited names for fields', () =>
        expect(differences({ a: 1 }, { a: 1, constructor: 'x' })).toEqual([{ path: 'constructor', before: undefined, after: 'x' }]));
});
