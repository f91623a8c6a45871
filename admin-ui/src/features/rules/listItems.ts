// The lines of a layer's list in their order: headings of sections, rules, and last the default. A
// section is a run of neighbouring rules with its name; the same name further down is another run.

export interface SectionItem {
    kind: 'section';
    key: string;
    name: string;
    /** Rules in it that the filter lets through. */
    count: number;
    isOpen: boolean;
    ruleIds: string[];
}
export interface RuleItem<Rule> {
    kind: 'rule';
    key: string;
    rule: Rule;
}
export interface DefaultItem {
    kind: 'default';
    key: 'default';
}
export type ListItem<Rule> = SectionItem | RuleItem<Rule> | DefaultItem;

interface InSection {
    id: string;
    section?: string;
}

export function listItems<Rule extends InSection>(
    rules: readonly Rule[], shows: (rule: Rule) => boolean, closedSections: ReadonlySet<string>,
): ListItem<Rule>[] {
    const items: ListItem<Rule>[] = [];
    for (const run of runsOf(rules)) {
        const shown = run.rules.filter(shows);
        if (shown.length === 0) continue;
        const isOpen = run.name === '' || !closedSections.has(run.key);
        if (run.name !== '') {
            items.push({
                kind: 'section', key: run.key, name: run.name, count: shown.length, isOpen,
                ruleIds: run.rules.map((rule) => rule.id),
            });
        }
        if (isOpen) for (const rule of shown) items.push({ kind: 'rule', key: rule.id, rule });
    }
    items.push({ kind: 'default', key: 'default' });
    return items;
}

interface Run<Rule> {
    key: string;
    name: string;
    rules: Rule[];
}

/** Without any section there are no headings; with one, rules outside of sections stand under none. */
export function runsOf<Rule extends InSection>(rules: readonly Rule[]): Run<Rule>[] {
    const runs: Run<Rule>[] = [];
    const seen = new Map<string, number>();
    for (const rule of rules) {
        const name = rule.section ?? '';
        const last = runs[runs.length - 1];
        if (last && last.name === name) {
            last.rules.push(rule);
            continue;
        }
        const times = (seen.get(name) ?? 0) + 1;
        seen.set(name, times);
        runs.push({ key: times === 1 ? `section:${name}` : `section:${name}:${times}`, name, rules: [rule] });
    }
    return runs;
}

export function sectionNames(rules: readonly InSection[]): string[] {
    return [...new Set(rules.map((rule) => rule.section ?? '').filter((name) => name !== ''))];
}
