// The rules of the draft, layer by layer, with the editor or a what-if beside them. The page holds
// what is chosen (all of it in the address) and brings the parts together; each change goes through
// useRuleChanges.
import { FlaskConical, FolderPlus, History, MoreHorizontal, Plus, Search, Upload, Download } from 'lucide-react';
import { type ComponentType, lazy, Suspense, useDeferredValue, useEffect, useMemo, useRef, useState } from 'react';
import { useLocation, useParams } from 'wouter';

import { addressOf } from '../../api/client';
import { useNeeds, useSession } from '../../api/session';
import { Button, ButtonLink, IconButton } from '../../components/Button';
import { FilterChips } from '../../components/Chip';
import { classes } from '../../components/classes';
import { TextField } from '../../components/Field';
import { Menu, type MenuItem } from '../../components/Menu';
import { PageHeader } from '../../components/Panel';
import { EmptyState, ErrorState, Skeleton } from '../../components/States';
import { SegmentedControl, Tabs } from '../../components/Tabs';
import { ActionsOf, type Layer, Layers, type RuleFields } from '../../policy/document';
import { PolicyOwnerBanner, useIsOwnedByPeople, usePolicyNeeds } from '../../policy/PolicyOwner';
import { useDraft, useLiveVersion, usePresence, useStats, useWsProfiles } from '../../policy/queries';
import { policyTexts } from '../../policy/texts';
import type { PolicyDraft, PolicyWarning, Rule, RulePlace, WhatIfResult } from '../../policy/types';
import { warningWords } from '../../policy/warningWords';
import { whatIfParts, type WhatIfSlotProps } from '../../policy/whatIfState';
import { useKeys } from '../../shell/keys';
import { choice, flag, optional, text } from '../../shell/urlState';
import { usePageTitle } from '../../shell/usePageTitle';
import { useUrlState } from '../../shell/useUrlState';
import { DefaultRow } from './DefaultRow';
import { findRule } from './draftEdits';
import { countsOf, fits, found, type Knowledge, Shows } from './filters';
import { FirstSteps } from './FirstSteps';
import { listItems, runsOf, type SectionItem, sectionNames } from './listItems';
import { ConfirmBanner, PolicyBar } from './PolicyBar';
import { RuleList } from './RuleList';
import { SelectionBar } from './SelectionBar';
import type { RowActions } from './RuleRow';
import css from './RulesPage.module.css';
import { rulesTexts } from './texts';
import { useConfirmation } from './useConfirmation';
import { usePresenceBeat } from './usePresenceBeat';
import { useResetHits } from './useResetHits';
import { fieldsOf, useRuleChanges, withEdits } from './useRuleChanges';

// What appears only when asked for comes when it is asked for.
const RuleEditor = lazy(async () => ({ default: (await import('./RuleEditor')).RuleEditor }));
const PublishDialog = lazy(async () => ({ default: (await import('./PublishDialog')).PublishDialog }));
const DiscardDialog = lazy(async () => ({ default: (await import('./DraftDialogs')).DiscardDialog }));
const ImportDialog = lazy(async () => ({ default: (await import('./DraftDialogs')).ImportDialog }));
const MoveDialog = lazy(async () => ({ default: (await import('./MoveDialog')).MoveDialog }));
const NewSectionDialog = lazy(async () => ({ default: (await import('./SectionDialog')).NewSectionDialog }));
const RenameSectionDialog = lazy(async () => ({ default: (await import('./SectionDialog')).RenameSectionDialog }));
const ConflictDialog = lazy(async () => ({ default: (await import('./ConflictDialog')).ConflictDialog }));

const parts = {
    layer: choice(Layers, 'access'),
    q: text(),
    show: choice(Shows, 'all'),
    section: optional(),
    id: optional(),
    try: flag(),
    ...whatIfParts,
};

type DialogKind = { kind: 'publish' | 'discard' | 'import' } | { kind: 'section'; chosen?: readonly Rule[] } | { kind: 'move'; rule: Rule } | { kind: 'rename'; name: string };

interface RulesPageProps {
    /** The what-if beside the list; it is another feature. */
    WhatIf: ComponentType<WhatIfSlotProps>;
}

export function RulesPage({ WhatIf }: RulesPageProps) {
    usePageTitle(rulesTexts.title);
    useAddressOfRule();
    const draft = useDraft();
    const live = useLiveVersion();
    if (draft.data) return <Loaded known={draft.data} live={live.data} WhatIf={WhatIf} />;
    return (
        <>
            <PageHeader title={rulesTexts.title}>{policyTexts.layerHint.access}</PageHeader>
            {draft.error ? <ErrorState what={rulesTexts.failed.draft} error={draft.error} onRetry={() => void draft.refetch()} /> : <Skeleton rows={14} />}
        </>
    );
}

/** /rules/ID leads to /rules?id=ID: opening another rule must not build the page anew. */
function useAddressOfRule(): void {
    const { id } = useParams<{ id?: string }>();
    const [, navigate] = useLocation();
    useEffect(() => {
        if (id) navigate(`/rules?id=${encodeURIComponent(id)}`, { replace: true });
    }, [id, navigate]);
}

interface LoadedProps extends RulesPageProps {
    known: PolicyDraft;
    live: ReturnType<typeof useLiveVersion>['data'];
}

const Minute = 60_000;

function Loaded({ known, live, WhatIf }: LoadedProps) {
    const [state, setState] = useUrlState(parts);
    const needs = usePolicyNeeds();
    const needsRole = useNeeds('editor');
    const ours = useIsOwnedByPeople();
    const { user } = useSession();
    const { changes, pending, conflict, setConflict, refusal, setRefusal } = useRuleChanges();
    const draft = useMemo(() => withEdits(known, pending), [known, pending]);
    const [dialog, setDialog] = useState<DialogKind | null>(null);
    const [focusId, setFocusId] = useState<string | null>(null);
    const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
    const [closed, setClosed] = useState<ReadonlySet<string>>(new Set());
    const [results, setResults] = useState<readonly WhatIfResult[] | null>(null);
    const [editorKey, setEditorKey] = useState(0);
    const confirmation = useConfirmation();

    const opened = state.id === null ? undefined : findRule(draft, state.id);
    const layer: Layer = opened?.layer ?? state.layer;
    const rules = draft.layers[layer];

    // A link to a rule of another layer shows that layer.
    useEffect(() => {
        if (layer !== state.layer) setState({ layer });
    }, [layer, state.layer, setState]);

    const stats = useStats();
    const [begun] = useState(Date.now);
    const now = Math.floor(Math.max(begun, stats.dataUpdatedAt) / Minute) * Minute; // every step draws all rows anew
    const presence = usePresence().data;
    const others = useMemo(() => (presence ?? []).filter((each) => each.who !== user.name), [presence, user.name]);
    const resetHits = useResetHits();
    const profiles = useWsProfiles().data?.items;
    usePresenceBeat(needs === undefined && opened ? opened.id : null);

    const knowledge = useMemo<Knowledge>(() => ({
        stats: new Map((stats.data?.items ?? []).map((each) => [each.rule_id, each])),
        statsKnown: stats.data !== undefined,
        warnings: byRule(draft.warnings.map((warning) => ({ ...warning, text: warningWords(warning, otherOf(draft, warning)) }))),
        now,
    }), [stats.data, draft, now]);

    const query = useDeferredValue(state.q);
    const shows = useMemo(() => {
        const inSection = (rule: Rule) => state.section === null || (rule.section ?? '') === state.section;
        return (rule: Rule) => inSection(rule) && fits(rule, state.show, knowledge) && found(rule, query);
    }, [state.section, state.show, knowledge, query]);
    const chosen = useMemo(() => rules.filter((rule) => selected.has(rule.id)), [rules, selected]);
    const items = useMemo(() => listItems(rules, shows, closed), [rules, shows, closed]);
    const counts = useMemo(() => countsOf(rules, knowledge), [rules, knowledge]);
    const sections = useMemo(() => sectionNames(rules), [rules]);

    const open = (id: string | null) => {
        setRefusal(null);
        setState({ id }, { push: id !== null });
        if (id !== null) setFocusId(id);
    };

    async function addRule(place?: RulePlace, fields?: Partial<RuleFields>, into: Layer = layer): Promise<void> {
        const id = await changes.add(into, { ...newRule(into), ...fields }, place);
        if (id !== null) open(id);
    }

    function moveStep(rule: Rule, direction: 'up' | 'down'): void {
        if (needs !== undefined) return;
        const now = findRule(draft, rule.id);
        const other = now && rules[now.number - 1 + (direction === 'up' ? -1 : 1)];
        if (now && other) void changes.move(now, direction === 'up' ? { before: other.id } : { after: other.id });
    }

    const actions = useRowActions({
        open: (rule) => open(rule.id),
        focus: (rule) => setFocusId(rule.id),
        switchRule: (rule) => void changes.patch(rule, { enabled: !rule.enabled }, rule.enabled ? rulesTexts.switchedOff(rule.name) : rulesTexts.switchedOn(rule.name)),
        select: (rule) => setSelected(toggled(selected, rule.id)),
        move: (ruleId, target) => {
            const rule = findRule(draft, ruleId);
            if (rule) void changes.move(rule, target);
        },
        moveAbove: (rule, otherId) => void changes.move(rule, { before: otherId }),
        menu: (rule): MenuItem[] => [
            { label: rulesTexts.open, hint: 'e', onSelect: () => open(rule.id) },
            { label: rule.enabled ? rulesTexts.switchOff : rulesTexts.switchOn, hint: 'Space', reason: needs, onSelect: () => actions.switchRule(rule) },
            { label: selected.has(rule.id) ? rulesTexts.bulk.unselect : rulesTexts.bulk.select, hint: 'x', onSelect: () => actions.select(rule) },
            { kind: 'separator' },
            { label: rulesTexts.addAbove, reason: needs, onSelect: () => void addRule({ before: rule.id }) },
            { label: rulesTexts.addBelow, reason: needs, onSelect: () => void addRule({ after: rule.id }) },
            { label: rulesTexts.copy, reason: needs, onSelect: () => void addRule({ after: rule.id }, copyOf(rule)) },
            { kind: 'separator' },
            { label: rulesTexts.moveUp, hint: 'Alt ↑', reason: needs, onSelect: () => moveStep(rule, 'up') },
            { label: rulesTexts.moveDown, hint: 'Alt ↓', reason: needs, onSelect: () => moveStep(rule, 'down') },
            { label: rulesTexts.moveTo, reason: needs, onSelect: () => setDialog({ kind: 'move', rule }) },
            { kind: 'separator' },
            { label: rulesTexts.resetHits, reason: needsRole, onSelect: () => resetHits.mutate(rule) },
            { label: rulesTexts.remove, danger: true, reason: needs, onSelect: () => void changes.remove(rule) },
        ],
    });

    function sectionMenu(section: SectionItem): MenuItem[] {
        const runs = runsOf(rules).filter((run) => run.name !== '');
        const at = runs.findIndex((run) => run.key === section.key);
        const above = runs[at - 1];
        const below = runs[at + 1];
        return [
            { label: rulesTexts.addHere, reason: needs, onSelect: () => void addRule({ section: section.name }, { section: section.name }) },
            { label: rulesTexts.rename, reason: needs, onSelect: () => setDialog({ kind: 'rename', name: section.name }) },
            ...(above ? [{ label: rulesTexts.sectionUp, reason: needs, onSelect: () => void changes.moveSection(layer, section.name, { before: above.name }) }] : []),
            ...(below ? [{ label: rulesTexts.sectionDown, reason: needs, onSelect: () => void changes.moveSection(layer, section.name, { after: below.name }) }] : []),
            { kind: 'separator' },
            { label: rulesTexts.dissolve, reason: needs, onSelect: () => void changes.dissolveSection(layer, section.name) },
        ];
    }

    useKeys({
        n: () => {
            if (needs !== undefined) return false;
            void addRule(focusId && findRule(draft, focusId) ? { before: focusId } : undefined);
        },
        d: () => setState({ show: state.show === 'changed' ? 'all' : 'changed' }),
        Escape: () => {
            if (state.id !== null) open(null);
            else if (selected.size > 0) setSelected(new Set());
            else if (state.try) setState({ try: false });
            else return false;
        },
    });

    const shown = results?.find((each) => each.policy === 'draft') ?? results?.[0];
    const matched = state.try && shown && shown.layers[layer].action !== 'undecided' ? { number: shown.layers[layer].number } : null;
    const side = opened ? 'editor' : state.try ? 'what-if' : null;
    // The editor is made after the row has been marked: its many fields must not hold that up.
    const editedId = useDeferredValue(opened?.id ?? null);
    const edited = editedId === opened?.id ? opened : editedId === null ? undefined : findRule(draft, editedId);
    const hints = state.section === null ? [] : [{ key: 'section', field: rulesTexts.inSection, value: state.section }];

    return (
        <div className={css.page}>
            <PageHeader
                title={rulesTexts.title}
                actions={
                    <>
                        <ButtonLink icon={History} href="/rules/history">{rulesTexts.history}</ButtonLink>
                        <Button
                            icon={FlaskConical}
                            variant={state.try ? 'active' : 'secondary'}
                            aria-pressed={state.try}
                            onClick={() => setState(state.try && !opened ? { try: false } : { try: true, id: null })}
                        >
                            {rulesTexts.whatIf}
                        </Button>
                        <Button icon={FolderPlus} reason={needs ?? (rules.length === 0 ? rulesTexts.sectionDialog.noRules : undefined)} onClick={() => setDialog({ kind: 'section' })}>
                            {rulesTexts.section}
                        </Button>
                        <Menu
                            trigger={<IconButton variant="secondary" icon={MoreHorizontal} label={rulesTexts.more} />}
                            items={[
                                { label: rulesTexts.exportLive, icon: Download, onSelect: () => download('live') },
                                ...(draft.exists ? [{ label: rulesTexts.exportDraft, icon: Download, onSelect: () => download('draft') }] : []),
                                { label: rulesTexts.importFile, icon: Upload, reason: needs, onSelect: () => setDialog({ kind: 'import' }) },
                            ]}
                        />
                        <Button icon={Plus} variant="primary" reason={needs} onClick={() => void addRule(rules[0] ? { before: rules[0].id } : undefined)}>
                            {rulesTexts.newRule}
                        </Button>
                    </>
                }
            >
                {policyTexts.layerHint[layer]}
            </PageHeader>
            <PolicyOwnerBanner more={draft.exists && draft.change_count > 0 ? policyTexts.owner.draft(draft.change_count) : undefined} />
            {live?.awaiting && (
                <ConfirmBanner
                    awaiting={live.awaiting}
                    busy={confirmation.busy}
                    onConfirm={() => void confirmation.keep(live.awaiting!.version)}
                    onRollBack={() => void confirmation.goBack(live.awaiting!.back_to)}
                />
            )}
            <PolicyBar draft={draft} live={live} onShowRule={open} onDiscard={() => setDialog({ kind: 'discard' })} onPublish={() => setDialog({ kind: 'publish' })} />
            {ours && <FirstSteps />}
            <div className={css.tabs}>
                <Tabs
                    label={rulesTexts.layers}
                    tabs={Layers.map((each) => ({ value: each, label: policyTexts.layer[each], count: draft.layers[each].length }))}
                    value={layer}
                    onChange={(next) => {
                        setState({ layer: next, id: null, section: null, show: 'all' });
                        setFocusId(null);
                        setSelected(new Set());
                    }}
                >
                    <div className={classes(css.columns, side && css.withSide)}>
                        <section className={css.list} aria-label={rulesTexts.listOf(policyTexts.layer[layer])}>
                            <div className={css.tools}>
                                <div data-search className={css.search}>
                                    <TextField
                                        label={rulesTexts.findLabel}
                                        labelHidden
                                        type="search"
                                        icon={Search}
                                        placeholder={rulesTexts.find}
                                        value={state.q}
                                        onChange={(q) => setState({ q })}
                                    />
                                </div>
                                <SegmentedControl
                                    label={rulesTexts.showLabel}
                                    options={Shows.filter((show) => show === 'all' || show === state.show || counts[show] > 0 || show === 'changed')
                                        .map((show) => ({ value: show, label: rulesTexts.show[show], count: counts[show] }))}
                                    value={state.show}
                                    onChange={(show) => setState({ show })}
                                />
                                <FilterChips chips={hints} onRemove={() => setState({ section: null })} />
                                <span className={css.hint}>{rulesTexts.hitsOf}</span>
                            </div>
                            {chosen.length > 0 && (
                                <SelectionBar
                                    rules={chosen}
                                    reason={needs}
                                    onSwitch={(enabled) => void changes.switchAll(chosen, enabled)}
                                    onSection={() => setDialog({ kind: 'section', chosen })}
                                    onRemove={() => {
                                        void changes.removeAll(chosen);
                                        setSelected(new Set());
                                    }}
                                    onClear={() => setSelected(new Set())}
                                />
                            )}
                            <RuleList
                                key={layer}
                                label={rulesTexts.listOf(policyTexts.layer[layer])}
                                items={items}
                                knowledge={knowledge}
                                presence={others}
                                openId={state.id}
                                focusId={focusId}
                                selected={selected}
                                matched={matched}
                                reason={needs}
                                actions={actions}
                                onFocusRow={setFocusId}
                                onToggleSection={(key) => setClosed(toggled(closed, key))}
                                onMoveStep={moveStep}
                                onEdit={(rule) => open(rule.id)}
                                sectionMenu={sectionMenu}
                                defaultRow={<DefaultRow layer={layer} defaults={draft.defaults} stats={knowledge.stats.get(`default/${layer}`)} reason={needs} changes={changes} />}
                                empty={items.length > 1 ? undefined : rules.length === 0
                                    ? <EmptyState action={<Button icon={Plus} reason={needs} onClick={() => void addRule()}>{rulesTexts.newRule}</Button>}>{rulesTexts.empty[layer]}</EmptyState>
                                    : <NoMatch rules={rules} state={state} knowledge={knowledge} onDrop={setState} />}
                            />
                        </section>
                        {side === 'editor' && (
                            <div className={css.side}>
                                {!edited ? <Skeleton rows={10} /> : <Suspense fallback={<Skeleton rows={10} />}>
                                    <RuleEditor
                                        key={`${edited.id} ${editorKey}`}
                                        rule={edited}
                                        draft={draft}
                                        stats={knowledge.stats.get(edited.id)}
                                        profiles={profiles?.map((profile) => profile.name) ?? []}
                                        sections={sections}
                                        presence={others.find((each) => each.rule_id === edited.id)?.who}
                                        reason={needs}
                                        changes={changes}
                                        refusal={refusal}
                                        onClose={() => open(null)}
                                        onMove={(rule) => setDialog({ kind: 'move', rule })}
                                    />
                                </Suspense>}
                            </div>
                        )}
                        {side === 'what-if' && (
                            <div className={css.side}>
                                <Suspense fallback={<Skeleton rows={10} />}>
                                    <WhatIf state={state} onChange={setState} onResults={setResults} onOpenRule={open} onClose={() => setState({ try: false })} />
                                </Suspense>
                            </div>
                        )}
                    </div>
                </Tabs>
            </div>
            <Suspense>
                {dialog?.kind === 'publish' && <PublishDialog draft={known} onClose={() => setDialog(null)} />}
                {dialog?.kind === 'discard' && <DiscardDialog draft={known} onClose={() => setDialog(null)} />}
                {dialog?.kind === 'import' && <ImportDialog draft={known} onClose={() => setDialog(null)} />}
                {dialog?.kind === 'section' && (
                    <NewSectionDialog
                        rules={rules}
                        {...(dialog.chosen ? { chosen: dialog.chosen } : {})}
                        firstId={focusId && rules.some((rule) => rule.id === focusId) ? focusId : null}
                        onMake={(name, chosen) => void changes.startSection(name, chosen)}
                        onClose={() => setDialog(null)}
                    />
                )}
                {dialog?.kind === 'rename' && (
                    <RenameSectionDialog name={dialog.name} onRename={(name) => void changes.renameSection(layer, dialog.name, name)} onClose={() => setDialog(null)} />
                )}
                {dialog?.kind === 'move' && (
                    <MoveDialog rule={dialog.rule} rules={rules} sections={sections} onMove={(place) => void changes.move(dialog.rule, place)} onClose={() => setDialog(null)} />
                )}
                {conflict && (
                    <ConflictDialog
                        conflict={conflict}
                        onSeeTheirs={() => {
                            setConflict(null);
                            setEditorKey(editorKey + 1);
                            if (conflict.theirs) open(conflict.theirs.id);
                        }}
                        onDropMine={() => {
                            setConflict(null);
                            setEditorKey(editorKey + 1);
                        }}
                        onPutMineOnTop={(theirs, patch) => {
                            setConflict(null);
                            setEditorKey(editorKey + 1);
                            void changes.patch(theirs, patch, rulesTexts.saved(Object.keys(patch).join(', '), theirs.name));
                        }}
                    />
                )}
            </Suspense>
        </div>
    );
}

interface NoMatchProps {
    rules: readonly Rule[];
    state: { q: string; show: (typeof Shows)[number]; section: string | null };
    knowledge: Knowledge;
    onDrop(change: { q?: string; show?: 'all'; section?: null }): void;
}

/** Names the filter that keeps most away. */
function NoMatch({ rules, state, knowledge, onDrop }: NoMatchProps) {
    const left = (without: 'q' | 'show' | 'section') => rules.filter((rule) =>
        (without === 'q' || found(rule, state.q))
        && (without === 'show' || fits(rule, state.show, knowledge))
        && (without === 'section' || state.section === null || (rule.section ?? '') === state.section)).length;
    const choices = [
        ...(state.q !== '' ? [{ words: rulesTexts.droppedSearch(state.q), count: left('q'), drop: () => onDrop({ q: '' }) }] : []),
        ...(state.show !== 'all' ? [{ words: `“${rulesTexts.show[state.show]}”`, count: left('show'), drop: () => onDrop({ show: 'all' }) }] : []),
        ...(state.section !== null ? [{ words: `“${rulesTexts.inSection} ${state.section}”`, count: left('section'), drop: () => onDrop({ section: null }) }] : []),
    ].sort((a, b) => b.count - a.count);
    const best = choices[0];
    if (!best) return null;
    return (
        <EmptyState action={<Button onClick={best.count > 0 ? best.drop : () => onDrop({ q: '', show: 'all', section: null })}>{rulesTexts.drop(best.words)}</Button>}>
            {best.count > 0 ? rulesTexts.noMatch(best.words, best.count) : rulesTexts.noMatchAtAll}
        </EmptyState>
    );
}

/** The same object for ever, so that rows stay as they are; it calls what the page is now. */
function useRowActions(now: RowActions): RowActions {
    const latest = useRef(now);
    useEffect(() => {
        latest.current = now;
    });
    const [actions] = useState<RowActions>(() => ({
        open: (rule) => latest.current.open(rule),
        focus: (rule) => latest.current.focus(rule),
        switchRule: (rule) => latest.current.switchRule(rule),
        select: (rule) => latest.current.select(rule),
        move: (ruleId, target) => latest.current.move(ruleId, target),
        moveAbove: (rule, otherId) => latest.current.moveAbove(rule, otherId),
        menu: (rule) => latest.current.menu(rule),
    }));
    return actions;
}

function otherOf(draft: PolicyDraft, warning: PolicyWarning): Rule | undefined {
    return warning.other_rule_id === null ? undefined : findRule(draft, warning.other_rule_id);
}

function byRule(warnings: readonly PolicyWarning[]): ReadonlyMap<string, readonly PolicyWarning[]> {
    const map = new Map<string, PolicyWarning[]>();
    for (const warning of warnings) {
        const known = map.get(warning.rule_id);
        if (known) known.push(warning);
        else map.set(warning.rule_id, [warning]);
    }
    return map;
}

function toggled(set: ReadonlySet<string>, key: string): ReadonlySet<string> {
    const next = new Set(set);
    if (!next.delete(key)) next.add(key);
    return next;
}

/** Begins switched off: without conditions it would match everything. */
function newRule(layer: Layer): Omit<RuleFields, 'id'> {
    return {
        name: rulesTexts.newName,
        action: ActionsOf[layer][0]!,
        enabled: false,
        ...(layer === 'emergency' ? { expires: new Date(Date.now() + 7 * 86_400_000).toISOString().replace(/\.\d+/, '') } : {}),
        ...(layer === 'limits' ? { limits: { duration: '12h' } } : {}),
    };
}

function copyOf(rule: Rule): Partial<RuleFields> {
    const { id: _id, ...fields } = fieldsOf(rule);
    return { ...fields, name: rulesTexts.copyName(rule.name), enabled: false };
}

function download(policy: 'live' | 'draft'): void {
    location.assign(addressOf('/policy/document', { policy }));
}
