import { describe, expect, it } from 'vitest';

import { listItems, runsOf, sectionNames } from './listItems';

const rules = [
    { id: 'a', section: 'Safety' },
    { id: 'b', section: 'Safety' },
    { id: 'c' },
    { id: 'd', section: 'Safety' },
];
const all = () => true;

describe('listItems', () => {
    it('puts a heading over each run of rules, and the default last', () => {
        const items = listItems(rules, all, new Set());
        expect(items.map((item) => item.key)).toEqual(
            ['section:Safety', 'a', 'b', 'c', 'section:Safety:2', 'd', 'default']);
    });

    it('hides the rules of a closed section but not its heading', () => {
        const items = listItems(rules, all, new Set(['section:Safety']));
        expect(items.map((item) => item.key)).toEqual(['section:Safety', 'c', 'section:Safety:2', 'd', 'default']);
    });

    it('counts only what the filter lets through, and drops sections without any', () => {
        const items = listItems(rules, (rule) => rule.id === 'b', new Set());
        expect(items.map((item) => item.key)).toEqual(['section:Safety', 'b', 'default']);
        expect(items[0]).toMatchObject({ count: 1, ruleIds: ['a', 'b'] });
    });

    it('knows the names of sections once each', () => {
        expect(sectionNames(rules)).toEqual(['Safety']);
        expect(runsOf([])).toEqual([]);
    });
});
