// What the draft looks like right after a change, before the server has answered: rules patched,
// moved, added and removed in the copy the page shows. Pure.
import { type Layer } from '../../policy/document';
import type { PolicyDraft, Rule, RulePlace } from '../../policy/types';
import { type Patch, patched } from './mergePatch';

export function findRule(draft: PolicyDraft | undefined, id: string): Rule | undefined {
    if (!draft) return undefined;
    for (const rules of Object.values(draft.layers)) {
        const found = rules.find((rule) => rule.id === id);
        if (found) return found;
    }
    return undefined;
}

export function withPatchedRule(draft: PolicyDraft, id: string, patch: Patch): PolicyDraft {
    const rule = findRule(draft, id);
    if (!rule) return draft;
    const change = rule.change ?? { kinds: [], was: rule.number, fields: [] };
    const kinds = change.kinds.includes('new') || change.kinds.includes('edited') ? change.kinds : [...change.kinds, 'edited' as const];
    return withRule(draft, { ...patched(rule, patch), change: { ...change, kinds } });
}

/** Puts the server's word for one rule in place of ours; it stays where it is. */
export function withRule(draft: PolicyDraft, rule: Rule): PolicyDraft {
    return withRules(draft, rule.layer, (rules) => rules.map((each) => (each.id === rule.id ? rule : each)));
}

export function withoutRule(draft: PolicyDraft, id: string): PolicyDraft {
    const rule = findRule(draft, id);
    return rule ? withRules(draft, rule.layer, (rules) => rules.filter((each) => each.id !== id)) : draft;
}

export function withMovedRule(draft: PolicyDraft, id: string, place: RulePlace): PolicyDraft {
    const rule = findRule(draft, id);
    if (!rule) return draft;
    return withRules(draft, rule.layer, (rules) => {
        const others = rules.filter((each) => each.id !== id);
        const at = indexFor(others, place);
        if (at === null) return rules;
        const { section: _was, ...rest } = rule;
        const section = sectionFor(others, place) ?? rule.section;
        const moved: Rule = section ? { ...rest, section } : rest;
        return [...others.slice(0, at), moved, ...others.slice(at)];
    });
}

function withRules(draft: PolicyDraft, layer: Layer, change: (rules: Rule[]) => Rule[]): PolicyDraft {
    const rules = change(draft.layers[layer]).map((rule, index) => (rule.number === index + 1 ? rule : { ...rule, number: index + 1 }));
    return { ...draft, exists: true, layers: { ...draft.layers, [layer]: rules } };
}

function indexFor(others: readonly Rule[], place: RulePlace): number | null {
    if (place.before !== undefined) return nullIfMissing(others.findIndex((each) => each.id === place.before));
    if (place.after !== undefined) {
        const at = others.findIndex((each) => each.id === place.after);
        return at < 0 ? null : at + 1;
    }
    if (place.section !== undefined) {
        const first = others.findIndex((each) => (each.section ?? '') === place.section);
        if (first < 0) return null;
        let end = first;
        while (end < others.length && (others[end]!.section ?? '') === place.section) end += 1;
        return place.position === undefined ? end : Math.min(first + place.position - 1, end);
    }
    return place.edge === 'first' ? 0 : others.length;
}

/** A rule joins the section of the rule it is put beside; undefined: it keeps its own. */
function sectionFor(others: readonly Rule[], place: RulePlace): string | undefined {
    const beside = place.before ?? place.after;
    if (beside !== undefined) return others.find((each) => each.id === beside)?.section ?? '';
    return place.section;
}

function nullIfMissing(index: number): number | null {
    return index < 0 ? null : index;
}

/** The place where a rule stands now, for putting it back. */
export function placeOf(draft: PolicyDraft, id: string): RulePlace {
    const rule = findRule(draft, id);
    if (!rule) return { edge: 'last' };
    const rules = draft.layers[rule.layer];
    const at = rules.findIndex((each) => each.id === id);
    const next = rules[at + 1];
    const previous = rules[at - 1];
    const own = rule.section ?? '';
    // Beside a neighbour of its own section, as it would join the other one otherwise.
    if (previous && (previous.section ?? '') === own) return { after: previous.id };
    if (next && (next.section ?? '') === own) return { before: next.id };
    if (previous) return { after: previous.id };
    if (next) return { before: next.id };
    return { edge: 'last' };
}
