// A draft to test with, and a small server that keeps it: enough to see that a change arrives.
import type { Layer } from '../../policy/document';
import type { PolicyDraft, Rule } from '../../policy/types';
import { type Answers, problemResponse } from '../../testing/render';
import { type Patch, patched } from './mergePatch';

export function sampleRule(id: string, fields: Partial<Rule> = {}): Rule {
    return {
        id, name: `Rule ${id}`, action: 'allow', mode: 'enforce', enabled: true, layer: 'access', number: 1, etag: `e-${id}`,
        change: null, lists: [], changed_by: null, changed_at: null, ...fields,
    };
}

export function sampleDraft(access: readonly Rule[], change: Partial<PolicyDraft> = {}): PolicyDraft {
    return {
        exists: true, etag: 'd1', base_version: 42, live_version: 42, changed_by: 'a.okafor', changed_at: '2026-11-27T09:38:00.000Z', authors: ['a.okafor'],
        change_count: 3, layers: { guard: [], emergency: [], access: numbered(access), inspection: [], limits: [] },
        sections: { guard: [], emergency: [], access: [], inspection: [], limits: [] }, removed: [], other_changes: [],
        defaults: { access: 'deny', inspection: 'blind' }, defaults_etag: 'f1', warnings: [], tests: { pass: 11, fail: 0 }, problem: null, ...change,
    };
}

function numbered(rules: readonly Rule[]): Rule[] {
    return rules.map((rule, index) => ({ ...rule, number: index + 1 }));
}

export const sampleRules: readonly Rule[] = [
    sampleRule('a', { name: 'Block threat feed', action: 'deny', when: { host: ['list:Threat feed'] }, lists: [{ name: 'Threat feed', entries: 1_000_000 }], section: 'Safety' }),
    sampleRule('b', { name: 'Updates', when: { group: ['Operations'], host: ['*.vendor.example'], port: [443], time: ['mon-fri 08:00-18:00 UTC'], not: { host: ['beta.vendor.example'] } }, section: 'Safety' }),
    sampleRule('c', { name: 'File sharing', action: 'deny', when: { host: ['wetransfer.com'] }, change: { kinds: ['moved'], was: 10, fields: [] } }),
    sampleRule('d', { name: 'Finance', when: { group: ['Finance'], host: ['wetransfer.com'] }, change: { kinds: ['new'], was: null, fields: [] } }),
];

export const neverReached = {
    kind: 'never-reached', severity: 'warning', layer: 'access', rule_id: 'd', other_rule_id: 'c', text: 'Never reached: rule 3 already denies wetransfer.com',
} as const;

/** Keeps what is patched, moved, added and removed. */
export function draftServer(start: PolicyDraft): Answers {
    let draft = start;
    let changes = 0;
    const put = (layer: Layer, rules: readonly Rule[]) => {
        changes += 1;
        draft = { ...draft, etag: `d${changes + 1}`, layers: { ...draft.layers, [layer]: numbered(rules) } };
    };
    const changed = (id: string) => ({ ...Object.values(draft.layers).flat().find((rule) => rule.id === id), draft_etag: draft.etag });
    const answers: Answers = {
        'GET /policy/draft': () => draft,
        'GET /policy/live': { version: 42, published_at: '2026-11-27T07:00:00.000Z', by: 'm.lopez', note: 'Collaboration', kind: 'publish', parent: 41, rules: 4, document_hash: 'h', awaiting: null },
        'GET /policy/stats': { days: 14, from: '2026-11-14', items: [{ rule_id: 'a', hits: 9412, would_hits: 0, bytes: '0', last_hit_at: '2026-11-27T09:00:00.000Z', reset_at: null, bars: [1, 2, 3] }] },
        'GET /policy/draft/presence': { items: [{ who: 'm.lopez', rule_id: 'b', expires_at: '2026-11-27T09:00:00.000Z' }] },
        'PUT /policy/draft/presence': { items: [] },
        'GET /lists': { items: [{ id: 'l', name: 'Threat feed', entries: 1_000_000, kind: 'hosts' }], next_cursor: null, prev_cursor: null },
        'GET /ws-rules': { items: [], next_cursor: null, prev_cursor: null, patterns: [], without_tls_inspection: true },
        'POST /policy/draft/rules': (_url: URL, init: RequestInit) => {
            const { layer, rule, place } = JSON.parse(String(init.body)) as { layer: Layer; rule: Partial<Rule>; place?: { before?: string } };
            const made = sampleRule('new', { ...rule, layer, change: { kinds: ['new'], was: null, fields: [] } });
            const at = place?.before ? draft.layers[layer].findIndex((each) => each.id === place.before) : draft.layers[layer].length;
            put(layer, [...draft.layers[layer].slice(0, at), made, ...draft.layers[layer].slice(at)]);
            return changed('new');
        },
    };
    for (const rule of Object.values(start.layers).flat()) {
        const path = `/policy/draft/rules/${rule.id}`;
        answers[`PATCH ${path}`] = (_url: URL, init: RequestInit) => {
            changes += 1;
            put(rule.layer, draft.layers[rule.layer].map((each) => (each.id === rule.id ? { ...patched(each, JSON.parse(String(init.body)) as Patch), etag: `e-${rule.id}-${changes}` } : each)));
            return changed(rule.id);
        };
        answers[`POST ${path}/move`] = (_url: URL, init: RequestInit) => {
            const place = JSON.parse(String(init.body)) as { before?: string; after?: string };
            const others = draft.layers[rule.layer].filter((each) => each.id !== rule.id);
            const beside = others.findIndex((each) => each.id === (place.before ?? place.after));
            const at = place.after ? beside + 1 : beside;
            const now = draft.layers[rule.layer].find((each) => each.id === rule.id)!;
            put(rule.layer, [...others.slice(0, at), now, ...others.slice(at)]);
            return changed(rule.id);
        };
        answers[`DELETE ${path}`] = () => {
            put(rule.layer, draft.layers[rule.layer].filter((each) => each.id !== rule.id));
            return new Response(null, { status: 204 });
        };
    }
    return answers;
}

export function staleAnswer(theirs: Rule, fields: readonly string[]): Response {
    return problemResponse(412, 'stale', 'Somebody changed it', { changed_by: 'm.lopez', changed_at: '2026-11-27T09:59:40.000Z', theirs, fields });
}
