import { describe, expect, it } from 'vitest';

import { hunksOf, lineDiff } from './lineDiff';

const kinds = (before: string, after: string) => lineDiff(before, after).map(({ kind, text }) => `${kind === 'same' ? ' ' : kind === 'added' ? '+' : '-'}${text}`);

describe('lineDiff', () => {
    it.each([
        ['nothing', 'a\nb', 'a\nb', [' a', ' b']],
        ['a line added', 'a\nc', 'a\nb\nc', [' a', '+b', ' c']],
        ['a line removed', 'a\nb\nc', 'a\nc', [' a', '-b', ' c']],
        ['a line changed', 'a\nb', 'a\nB', [' a', '-b', '+B']],
        ['everything', '', 'a', ['-', '+a']],
    ])('tells %s', (_name, before, after, expected) => {
        expect(kinds(before, after)).toEqual(expected);
    });

    it('gives back both texts', () => {
        for (let round = 0; round < 200; ++round) {
            const make = () => Array.from({ length: Math.floor(Math.random() * 12) }, () => 'abc'[Math.floor(Math.random() * 3)]).join('\n');
            const before = make();
            const after = make();
            const lines = lineDiff(before, after);
            expect(lines.filter(({ kind }) => kind !== 'added').map(({ text }) => text).join('\n')).toBe(before);
            expect(lines.filter(({ kind }) => kind !== 'removed').map(({ text }) => text).join('\n')).toBe(after);
        }
    });

    it('shows what changed with lines around it', () => {
        const before = Array.from({ length: 30 }, (_, index) => String(index));
        const after = before.with(3, 'x').with(25, 'y');
        const hunks = hunksOf(lineDiff(before.join('\n'), after.join('\n')), 1);
        expect(hunks.map((line) => line?.text ?? '…')).toEqual(['2', '3', 'x', '4', '…', '24', '25', 'y', '26']);
    });
});
