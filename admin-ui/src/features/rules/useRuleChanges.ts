// Every change of a rule goes to the draft at once: shown first, sent one after the other, with a way
// back for ten seconds. What somebody else did meanwhile is never overwritten: then `conflict` says
// what both want.
import { type QueryClient, useQueryClient } from '@tanstack/react-query';
import { useMemo, useState, useSyncExternalStore } from 'react';

import { api } from '../../api/client';
import { policyDraftQuery } from '../../api/policy';
import { ApiProblem, isProblem } from '../../api/problem';
import { showToast } from '../../components/Toasts';
import { componentTexts } from '../../components/texts';
import type { Layer, RuleFields } from '../../policy/document';
import { refreshPolicy } from '../../policy/queries';
import { type ChangedRule, type PolicyDraft, type Rule, type RuleConflict, type RulePlace, tagOf } from '../../policy/types';
import { findRule, placeOf, withMovedRule, withoutRule, withPatchedRule, withRule } from './draftEdits';
import { EtagTrail } from './etagTrail';
import { inverseOf, type Patch, patched, pathsOf } from './mergePatch';
import { rulesTexts } from './texts';

export interface Conflict {
    rule: Rule;
    /** Missing when the rule was to be removed. */
    patch?: Patch;
    by: string | null;
    at: string | null;
    theirs: Rule | null;
    overlaps: boolean;
}

/** Why the server did not take the fields of a rule, by their pointers. */
export interface Refusal {
    ruleId: string;
    problem: ApiProblem;
}

export interface RuleChanges {
    /** `begunAt` is the etag of the rule as it was when the person began. */
    patch(rule: Rule, patch: Patch, said: string, begunAt?: string): Promise<boolean>;
    move(rule: Rule, place: RulePlace): Promise<boolean>;
    remove(rule: Rule): Promise<boolean>;
    /** Several at once, with one way back for all of them. */
    switchAll(rules: readonly Rule[], enabled: boolean): Promise<void>;
    removeAll(rules: readonly Rule[]): Promise<void>;
    /** Gives the new rule's id. */
    add(layer: Layer, fields: Omit<RuleFields, 'id'> & { id?: string }, place?: RulePlace): Promise<string | null>;
    startSection(name: string, rules: readonly Rule[]): Promise<void>;
    renameSection(layer: Layer, from: string, to: string): Promise<boolean>;
    dissolveSection(layer: Layer, name: string): Promise<boolean>;
    moveSection(layer: Layer, name: string, place: { before: string } | { after: string }): Promise<boolean>;
    changeDefaults(patch: Patch, said: string): Promise<boolean>;
}

export function useRuleChanges() {
    const client = useQueryClient();
    const [conflict, setConflict] = useState<Conflict | null>(null);
    const [refusal, setRefusal] = useState<Refusal | null>(null);
    const changes = useMemo(() => new Changes(client, setConflict, setRefusal), [client]);
    const pending = useSyncExternalStore(changes.watch, changes.pending);
    return { changes: changes as RuleChanges, pending, conflict, setConflict, refusal, setRefusal };
}

/** Undo has no undo; of several changes in one, only the whole is told. */
type Way = 'first' | 'undo' | 'quiet';

/** A change on its way to the server, as the page shows it already. */
export type Edit = (draft: PolicyDraft) => PolicyDraft;

class Changes implements RuleChanges {
    private readonly trail = new EtagTrail();
    private last: Promise<unknown> = Promise.resolve();
    private underWay: readonly Edit[] = [];
    private readonly listeners = new Set<() => void>();

    constructor(
        private readonly client: QueryClient,
        private readonly onConflict: (conflict: Conflict | null) => void,
        private readonly onRefusal: (refusal: Refusal | null) => void,
    ) {}

    readonly pending = (): readonly Edit[] => this.underWay;

    readonly watch = (listener: () => void): (() => void) => {
        this.listeners.add(listener);
        return () => this.listeners.delete(listener);
    };

    patch(rule: Rule, patch: Patch, said: string, begunAt = rule.etag): Promise<boolean> {
        return this.patchRule(rule, patch, said, begunAt, 'first');
    }

    private patchRule(rule: Rule, patch: Patch, said: string, begunAt: string, way: Way): Promise<boolean> {
        const inverse = inverseOf(rule as unknown as Patch, patch);
        const paths = pathsOf(patch);
        return this.inTurn((draft) => withPatchedRule(draft, rule.id, patch), async (settle) => {
            try {
                const sent = this.trail.newest(begunAt, paths);
                const { data } = await api.patch<ChangedRule>(pathOf(rule.id), patch, { ifMatch: tagOf(sent) });
                this.trail.followed(sent, paths, data.etag);
                settle(data);
                this.onRefusal(null);
                const undo = () => void this.patchRule(data, inverse, rulesTexts.undone(said), data.etag, 'undo');
                if (way !== 'quiet') this.say(said, way === 'first' ? undo : undefined);
                return true;
            } catch (error) {
                return this.failed(error, rule, patch);
            }
        });
    }

    move(rule: Rule, place: RulePlace): Promise<boolean> {
        return this.moveRule(rule, place, 'first');
    }

    private moveRule(rule: Rule, place: RulePlace, way: Way): Promise<boolean> {
        const draft = this.draft();
        const back = draft ? placeOf(draft, rule.id) : null;
        const section = rule.section ?? null;
        return this.inTurn((shown) => withMovedRule(shown, rule.id, place), async (settle) => {
            try {
                const { data } = await api.post<ChangedRule>(`${pathOf(rule.id)}/move`, place);
                this.trail.followed(rule.etag, ['section'], data.etag);
                settle(data);
                const undo = back && (() => void this.moveBack(data, back, section));
                this.say(way === 'first' ? rulesTexts.movedTo(rule.name, data.number) : rulesTexts.movedBack(rule.name), way === 'first' ? undo ?? undefined : undefined);
                return true;
            } catch (error) {
                return this.failed(error, rule);
            }
        });
    }

    private async moveBack(rule: Rule, place: RulePlace, section: string | null): Promise<void> {
        const moved = await this.moveRule(rule, place, 'undo');
        const now = findRule(this.draft(), rule.id);
        if (moved && now && (now.section ?? null) !== section) {
            await this.patchRule(now, { section }, rulesTexts.movedBack(rule.name), now.etag, 'undo');
        }
    }

    remove(rule: Rule): Promise<boolean> {
        return this.removeRule(rule, 'first');
    }

    private removeRule(rule: Rule, way: Way): Promise<boolean> {
        const draft = this.draft();
        const place = draft ? placeOf(draft, rule.id) : undefined;
        return this.inTurn((shown) => withoutRule(shown, rule.id), async (settle) => {
            try {
                await api.delete(pathOf(rule.id), { ifMatch: tagOf(rule.etag) });
                settle();
                if (way === 'first') this.say(rulesTexts.removed(rule.name), () => void this.add(rule.layer, fieldsOf(rule), place));
                return true;
            } catch (error) {
                return this.failed(error, rule);
            }
        });
    }

    async switchAll(rules: readonly Rule[], enabled: boolean): Promise<void> {
        const others = rules.filter((rule) => rule.enabled !== enabled);
        const put = async (value: boolean) => {
            const taken = await Promise.all(others.map((rule) => this.patchRule(rule, { enabled: value }, rule.name, rule.etag, 'quiet')));
            return taken.filter(Boolean).length;
        };
        const taken = await put(enabled);
        this.say(enabled ? rulesTexts.bulk.areOn(taken) : rulesTexts.bulk.areOff(taken), () => void put(!enabled));
    }

    async removeAll(rules: readonly Rule[]): Promise<void> {
        const draft = this.draft();
        // From the last to the first: each place is beside a rule that is back by then.
        const places = new Map(rules.map((rule) => [rule.id, draft ? placeBefore(draft, rule) : undefined]));
        const taken = await Promise.all(rules.map((rule) => this.removeRule(rule, 'quiet')));
        const gone = rules.filter((_, at) => taken[at]);
        this.say(rulesTexts.bulk.areGone(gone.length), () => {
            for (const rule of gone.toReversed()) void this.add(rule.layer, fieldsOf(rule), places.get(rule.id));
        });
    }

    add(layer: Layer, fields: Partial<RuleFields>, place?: RulePlace): Promise<string | null> {
        return this.inTurn((shown) => shown, async () => {
            try {
                const { data } = await api.create<ChangedRule>('/policy/draft/rules', { layer, rule: fields, place });
                // The list needs the whole order anyway; the editor opens on what comes back.
                await refreshPolicy(this.client);
                return data.id;
            } catch (error) {
                this.complain(error);
                return null;
            }
        });
    }

    async startSection(name: string, rules: readonly Rule[]): Promise<void> {
        const before = rules.map((rule) => rule.section ?? null);
        const put = async (sections: ReadonlyArray<string | null>) => {
            const taken = await Promise.all(rules.map((rule, at) => this.patchRule(rule, { section: sections[at] ?? null }, name, rule.etag, 'quiet')));
            return taken.filter(Boolean).length;
        };
        const made = await put(rules.map(() => name));
        this.say(rulesTexts.sectionMade(name, made), () => void put(before));
    }

    renameSection(layer: Layer, from: string, to: string): Promise<boolean> {
        return this.changeSection(layer, from, rulesTexts.sectionRenamed(from, to), (path, ifMatch) => api.patch(path, { name: to }, { ifMatch }));
    }

    dissolveSection(layer: Layer, name: string): Promise<boolean> {
        return this.changeSection(layer, name, rulesTexts.sectionDissolved(name), (path, ifMatch) => api.delete(path, { ifMatch }));
    }

    moveSection(layer: Layer, name: string, place: { before: string } | { after: string }): Promise<boolean> {
        return this.changeSection(layer, name, rulesTexts.sectionMoved(name), (path) => api.post(`${path}/move`, place));
    }

    private changeSection(layer: Layer, name: string, said: string, send: (path: string, ifMatch: string) => Promise<unknown>): Promise<boolean> {
        return this.inTurn((shown) => shown, async () => {
            const etag = this.draft()?.sections[layer].find((each) => each.name === name)?.etag ?? '*';
            try {
                await send(`/policy/draft/sections/${layer}/${encodeURIComponent(name)}`, tagOf(etag));
                this.say(said);
                return true;
            } catch (error) {
                this.complain(error);
                return false;
            } finally {
                await refreshPolicy(this.client);
            }
        });
    }

    changeDefaults(patch: Patch, said: string): Promise<boolean> {
        return this.inTurn((shown) => ({ ...shown, defaults: patched(shown.defaults, patch) }), async (settle) => {
            const draft = this.draft();
            if (!draft) return false;
            const inverse = inverseOf(draft.defaults as Patch, patch);
            try {
                await api.patch('/policy/draft/defaults', patch, { ifMatch: tagOf(draft.defaults_etag) });
                settle();
                this.say(said, () => void this.changeDefaults(inverse, rulesTexts.undone(said)));
                return true;
            } catch (error) {
                this.complain(error);
                return false;
            }
        });
    }

    private draft(): PolicyDraft | undefined {
        const known = this.client.getQueryData(policyDraftQuery.queryKey)?.draft;
        return known && withEdits(known as PolicyDraft, this.underWay);
    }

    /**
     * One after the other, in the order they were made; shown from now on. `settle` makes the edit part
     * of what is known, with the server's word for the rule; without it the edit is taken back.
     */
    private inTurn<Result>(edit: Edit, act: (settle: (rule?: ChangedRule) => void) => Promise<Result>): Promise<Result> {
        this.change([...this.underWay, edit]);
        const settle = (rule?: ChangedRule) => {
            this.client.setQueryData(policyDraftQuery.queryKey, (known) => {
                if (!known) return known;
                const draft = edit(known.draft as PolicyDraft);
                if (!rule) return { ...known, draft };
                const { draft_etag: etag, ...plain } = rule;
                return { draft: { ...withRule(draft, plain), etag }, etag: tagOf(etag) };
            });
        };
        const result = this.last.then(() => act(settle)).finally(() => {
            this.change(this.underWay.filter((each) => each !== edit));
            if (this.underWay.length === 0) void refreshPolicy(this.client); // numbers, warnings, tests
        });
        this.last = result.catch(() => undefined);
        return result;
    }

    private change(edits: readonly Edit[]): void {
        this.underWay = edits;
        this.listeners.forEach((listener) => listener());
    }

    private say(text: string, undo?: () => void): void {
        showToast(undo ? { text, action: { label: componentTexts.undo, run: undo } } : { text });
    }

    private failed(error: unknown, rule: Rule, patch?: Patch): false {
        if (isProblem(error, 'stale')) {
            const found = error.members as Partial<RuleConflict>;
            const fields = found.fields ?? [];
            this.onConflict({
                rule,
                ...(patch ? { patch } : {}),
                by: found.changed_by ?? null,
                at: found.changed_at ?? null,
                theirs: found.theirs ?? null,
                overlaps: !patch || found.theirs === null || fields.length > 0,
            });
        } else if (patch && isProblem(error, 'validation')) {
            this.onRefusal({ ruleId: rule.id, problem: error });
        } else {
            this.complain(error);
        }
        return false;
    }

    private complain(error: unknown): void {
        const problem = error instanceof ApiProblem ? error : null;
        const first = problem?.errors[0]?.detail;
        showToast({ text: first ?? problem?.detail ?? problem?.title ?? String(error), tone: 'problem' });
    }
}

/** What is known, with what is on its way. */
export function withEdits(draft: PolicyDraft, edits: readonly Edit[]): PolicyDraft {
    return edits.reduce((shown, edit) => edit(shown), draft);
}

/** Before the rule below it; the last of a layer goes to its end. */
function placeBefore(draft: PolicyDraft, rule: Rule): RulePlace | undefined {
    const below = draft.layers[rule.layer].find((each) => each.number === rule.number + 1);
    return below && { before: below.id };
}

function pathOf(id: string): string {
    return `/policy/draft/rules/${encodeURIComponent(id)}`;
}

const Fields = [
    'id', 'name', 'action', 'mode', 'enabled', 'when', 'starts', 'expires', 'section', 'owner', 'ticket', 'comment', 'profile', 'limits',
] as const;

/** The rule as the document writes it. */
export function fieldsOf(rule: Rule): RuleFields {
    return Object.fromEntries(Fields.flatMap((field) => (rule[field] === undefined ? [] : [[field, rule[field]]]))) as unknown as RuleFields;
}
