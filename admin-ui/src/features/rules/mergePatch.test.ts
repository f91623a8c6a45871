import { describe, expect, it } from 'vitest';

import { inverseOf, patched, pathsOf, valueAt } from './mergePatch';

const rule = { name: 'Chat', when: { host: ['a'], port: [443] }, ticket: 'N-1' };

describe('merge patches', () => {
    const cases: [string, Record<string, unknown>, Record<string, unknown>][] = [
        ['replace a field', { name: 'Talk' }, { name: 'Chat' }],
        ['add a field', { comment: 'x' }, { comment: null }],
        ['remove a field', { ticket: null }, { ticket: 'N-1' }],
        ['replace within an object', { when: { host: ['b'] } }, { when: { host: ['a'] } }],
        ['add within an object', { when: { user: ['ann'] } }, { when: { user: null } }],
        ['remove an object', { when: null }, { when: { host: ['a'], port: [443] } }],
    ];
    it.each(cases)('%s, and undo it', (_, patch, inverse) => {
        expect(inverseOf(rule, patch)).toEqual(inverse);
        expect(patched(patched(rule, patch), inverseOf(rule, patch))).toEqual(rule);
    });

    it('names the places that a patch touches', () => {
        expect(pathsOf({ name: 'x', when: { host: ['a'], not: { port: null } } }))
            .toEqual(['name', 'when.host', 'when.not.port']);
        expect(valueAt(rule, 'when.port')).toEqual([443]);
        expect(valueAt(rule, 'when.not.port')).toBeUndefined();
    });
});
