import { describe, expect, it } from 'vitest';

import { changesOf, type Setting, textOf } from './settings';

const setting = (name: string, values: string[], repeatable = false) => ({ name, values, repeatable }) as Setting;

describe('changesOf', () => {
    const items = [setting('workers', ['2']), setting('listen', ['*:1', '*:2'], true)];
    it.each([
        ['nothing', {}, {}],
        ['one value', { workers: ' 4 ' }, { workers: '4' }],
        ['several values', { listen: '*:3\n\n *:4' }, { listen: ['*:3', '*:4'] }],
        ['the default', { workers: null }, { workers: null }],
        ['an emptied field as the default', { listen: ' \n' }, { listen: null }],
        ['nothing of other tabs', { other: 'x' }, {}],
    ])('says %s', (_name, edits, changes) => {
        expect(changesOf(edits, items)).toEqual(changes);
    });

    it('shows values a line each', () => {
        expect(items.map(textOf)).toEqual(['2', '*:1\n*:2']);
    });
});
