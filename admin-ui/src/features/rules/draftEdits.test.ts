import { describe, expect, it } from 'vitest';

import type { PolicyDraft, Rule, RulePlace } from '../../policy/types';
import { findRule, placeOf, withMovedRule, withoutRule, withPatchedRule } from './draftEdits';

function rule(id: string, number: number, section?: string): Rule {
    return {
        id, number, name: id, action: 'allow', mode: 'enforce', enabled: true, layer: 'access', etag: `e-${id}`,
        change: null, lists: [], changed_by: null, changed_at: null, ...(section ? { section } : {}),
    };
}

const draft = {
    layers: { guard: [], emergency: [], access: [rule('a', 1, 'S'), rule('b', 2, 'S'), rule('c', 3), rule('d', 4, 'T')], inspection: [], limits: [] },
} as unknown as PolicyDraft;

const order = (after: PolicyDraft) => after.layers.access.map((each) => `${each.number}${each.id}${each.section ?? ''}`).join(' ');

describe('edits of the draft', () => {
    const moves: [string, string, RulePlace, string][] = [
        ['before another', 'c', { before: 'a' }, '1cS 2aS 3bS 4dT'],
        ['after another', 'a', { after: 'd' }, '1bS 2c 3dT 4aT'],
        ['to the end of a section', 'd', { section: 'S' }, '1aS 2bS 3dS 4c'],
        ['to a place in a section', 'd', { section: 'S', position: 2 }, '1aS 2dS 3bS 4c'],
        ['to the top', 'd', { edge: 'first' }, '1dT 2aS 3bS 4c'],
        ['to the bottom', 'a', { edge: 'last' }, '1bS 2c 3dT 4aS'],
        ['nowhere, when the other is gone', 'a', { before: 'zz' }, '1aS 2bS 3c 4dT'],
    ];
    it.each(moves)('moves a rule %s', (_, id, place, expected) => expect(order(withMovedRule(draft, id, place))).toBe(expected));

    it.each(['a', 'b', 'c', 'd'])('knows how to bring %s back to its place', (id) => {
        const elsewhere = withMovedRule(draft, id, { edge: id === 'd' ? 'first' : 'last' });
        const back = withMovedRule(elsewhere, id, placeOf(draft, id));
        expect(back.layers.access.map((each) => each.id)).toEqual(['a', 'b', 'c', 'd']);
    });

    it('marks a patched rule as edited', () => {
        const after = findRule(withPatchedRule(draft, 'b', { name: 'B', when: { host: ['x'] } }), 'b');
        expect(after).toMatchObject({ name: 'B', when: { host: ['x'] }, change: { kinds: ['edited'], was: 2 } });
        expect(findRule(draft, 'b')?.change).toBeNull();
    });

    it('numbers the rest anew when one goes, and leaves the others alone', () => {
        const after = withoutRule(draft, 'b');
        expect(order(after)).toBe('1aS 2c 3dT');
        expect(after.layers.access[0]).toBe(draft.layers.access[0]);
    });
});
