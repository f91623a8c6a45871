import { describe, expect, it } from 'vitest';

import { type Check, freeName, kindOf, Kinds, moved, withAction, withKind } from './checkKinds';

const check: Check = { name: 'Large', action: 'alert', direction: 'client-to-upstream', largerThan: '1MiB' };

describe('checks of a profile', () => {
    it.each(Kinds)('changes to %s and keeps everything else', (kind) => {
        const changed = withKind(check, kind);
        expect(kindOf(changed)).toBe(kind);
        expect(changed).toMatchObject({ name: 'Large', action: 'alert', direction: 'client-to-upstream' });
        expect(Kinds.filter((each) => changed[each] !== undefined)).toEqual([kind]);
    });

    it('has a rate only when it slows', () => {
        const slow = withAction(check, 'slow');
        expect(slow.rate).toBe('64KiB');
        expect('rate' in withAction(slow, 'cut')).toBe(false);
    });

    it('finds a name that is free', () => {
        expect(freeName([], 'Check')).toBe('Check');
        expect(freeName(['Check', 'Check-2'], 'Check')).toBe('Check-3');
    });

    it.each([[0, 2, 'bca'], [2, 0, 'cab'], [1, 1, 'abc']])('moves from %d to %d', (from, to, expected) => {
        expect(moved([...'abc'], from, to).join('')).toBe(expected);
    });
});
