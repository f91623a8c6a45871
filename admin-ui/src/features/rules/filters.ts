// Which rules the chips over the list let through, and how many each.
import { searchTextOf } from '../../policy/ruleWords';
import type { PolicyWarning, Rule, RuleStats } from '../../policy/types';

export const Shows = ['all', 'changed', 'never', 'expiring', 'off'] as const;
export type Show = (typeof Shows)[number];

export interface Knowledge {
    stats: ReadonlyMap<string, RuleStats>;
    /** False until the counts have come: then nothing is said to be never hit. */
    statsKnown: boolean;
    warnings: ReadonlyMap<string, readonly PolicyWarning[]>;
    now: number;
}

const Soon = 7 * 86_400_000;

export function fits(rule: Rule, show: Show, knowledge: Knowledge): boolean {
    switch (show) {
        case 'all': return true;
        case 'changed': return rule.change !== null;
        case 'never': return knowledge.statsKnown && rule.enabled && hitsOf(rule, knowledge) === 0;
        case 'expiring': return rule.expires !== undefined && Date.parse(rule.expires) - knowledge.now < Soon;
        case 'off': return !rule.enabled;
    }
}

/** In report mode a rule counts what it would have decided. */
export function hitsOf(rule: Rule, knowledge: Pick<Knowledge, 'stats'>): number {
    const stats = knowledge.stats.get(rule.id);
    return stats ? (rule.mode === 'report' ? stats.would_hits : stats.hits) : 0;
}

export function countsOf(rules: readonly Rule[], knowledge: Knowledge): Record<Show, number> {
    const counts: Record<Show, number> = { all: 0, changed: 0, never: 0, expiring: 0, off: 0 };
    for (const rule of rules) for (const show of Shows) if (fits(rule, show, knowledge)) counts[show] += 1;
    return counts;
}

const searchTexts = new WeakMap<Rule, string>();

export function found(rule: Rule, query: string): boolean {
    const words = query.toLowerCase().split(/\s+/).filter((word) => word !== '');
    if (words.length === 0) return true;
    let text = searchTexts.get(rule);
    if (text === undefined) {
        text = `${searchTextOf(rule as Parameters<typeof searchTextOf>[0])}\n${rule.id}`;
        searchTexts.set(rule, text);
    }
    return words.every((word) => text.includes(word));
}
