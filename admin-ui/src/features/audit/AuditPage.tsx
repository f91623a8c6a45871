// The audit log: search, histogram, facets, table and the open session. What is shown stands in the
// address; this file says how the parts hang together.
import { ChevronDown, CircleHelp, Download, Ellipsis, FileClock, Files, ListFilter, Play, Square } from 'lucide-react';
import { lazy, Suspense, useCallback, useDeferredValue, useEffect, useMemo, useRef, useState } from 'react';
import { useLocation, useRoute } from 'wouter';

import { ApiProblem, isAboutHiddenNames } from '../../api/problem';
import { useNeeds } from '../../api/session';
import { announce } from '../../components/Announcer';
import { Button, IconButton } from '../../components/Button';
import { classes } from '../../components/classes';
import { Menu } from '../../components/Menu';
import { PageHeader } from '../../components/Panel';
import { Skeleton } from '../../components/States';
import { exactCount } from '../../format/numbers';
import { useKeys } from '../../shell/keys';
import { usePageTitle } from '../../shell/usePageTitle';
import css from './AuditPage.module.css';
import { FacetList } from './FacetList';
import { type Filter, toParams, withTerm } from './filter';
import type { Sense } from './grammar';
import { HistogramPanel } from './HistogramPanel';
import { IntegrityChip } from './IntegrityChip';
import { type PageState, readAddress, writeAddress } from './pageAddress';
import { type Between, boundsOf, type Period, stepped, writeTime } from './period';
import { PeriodPicker } from './PeriodPicker';
import { type Question, type SessionRow, useFacets, useHistogram, usePrivacy, useSessionPages } from './requests';
import { SavedSearches } from './SavedSearches';
import { SearchField } from './SearchField';
import { SessionTable } from './SessionTable';
import { groupSentence, type LabelOf, sentenceOf } from './termWords';
import { auditTexts } from './texts';
import { type ChangeState, useAuditAddress } from './useAuditAddress';

// What is not on the first picture is loaded when it is wanted.
const loadDetail = () => import('./DetailPanel');
const DetailPanel = lazy(loadDetail);
const ExportDialog = lazy(() => import('./ExportDialog'));
const LiveTail = lazy(() => import('./LiveTail'));
const NamesHidden = lazy(() => import('./NamesHidden'));
const NoMatch = lazy(() => import('./NoMatch'));
const PrivacyBar = lazy(() => import('./PrivacyBar'));
const OneSession = lazy(() => import('./OneSession'));

const Buckets = 120;

export default function AuditPage() {
    const [isOne, params] = useRoute('/audit/:id');
    return isOne && params?.id ? <OneSession id={params.id} /> : <AuditLog />;
}

function AuditLog() {
    const [state, change] = useAuditAddress();
    const [, navigate] = useLocation();
    const [now, setNow] = useState(Date.now);
    const [dialog, setDialog] = useState<'none' | 'export'>('none');
    const [facetsShown, showFacets] = useState(false);
    const needsAuditor = useNeeds('auditor');
    const { filter, period, brush, columns, view, id } = state;

    const search = useCallback(
        (part: Partial<PageState>) => {
            setNow(Date.now());
            change(part);
        },
        [change],
    );

    const bounds = useMemo(() => boundsOf(period, now), [period, now]);
    const whole = useMemo<Question>(
        () => ({ filter: toParams(filter), from: writeTime(bounds.from), to: period.kind === 'last' ? null : writeTime(bounds.to), asked: now }),
        [filter, bounds, period, now],
    );
    const selected = useMemo<Question>(
        () => (brush ? { ...whole, from: writeTime(brush.from), to: writeTime(brush.to) } : whole),
        [whole, brush],
    );

    const privacy = usePrivacy();
    const namesHidden = privacy.data?.users_masked === true && filter.some(({ field }) => field === 'user');
    const pages = useSessionPages(selected, view === 'search' && !namesHidden ? 'on' : 'off');
    const refusedNames = isAboutHiddenNames(pages.error);
    const privacyAgain = useStable(() => void privacy.refetch());
    useEffect(() => {
        if (refusedNames) privacyAgain(); // they are hidden since it was asked
    }, [refusedNames, privacyAgain]);
    // In the live tail there is no newer question, so both stay as they are.
    const rowsAreThere = !namesHidden && (view === 'live' || (!pages.isPlaceholderData && !pages.isPending)) ? 'on' : 'off';
    const histogram = useHistogram(whole, Buckets, rowsAreThere);
    const part = useHistogram(selected, 1, brush ? rowsAreThere : 'off');
    const facets = useFacets(selected, rowsAreThere);
    const selection = brush ? part.data : histogram.data;
    const total = selection ? Object.values(selection.totals).reduce((sum, count) => sum + count, 0) : null;
    const totalWords = total === null ? null : `${selection?.approx ? '≥ ' : ''}${exactCount(total)}`;

    const [liveRows, setLiveRows] = useState<readonly SessionRow[]>([]);
    const loaded = pages.data?.pages;
    const rows = useMemo(
        () => (view === 'live' ? liveRows : (loaded ?? []).flatMap(({ page }) => page.items)),
        [view, liveRows, loaded],
    );
    const labelOf = useRuleNames(facets.data, rows);
    const words = filter.map((term) => sentenceOf(term, labelOf)).join(', ');
    usePageTitle(auditTexts.title, filter.map((term) => groupSentence([term], labelOf).replace(/^\S+ (is )?/, '')).join(', '));
    useEffect(() => {
        if (total !== null && totalWords !== null && view === 'search') announce(`${totalWords} ${auditTexts.summary.sessions(total)}`);
    }, [total, totalWords, view]);

    const settled = histogram.isSuccess;
    useEffect(() => {
        if (settled) void loadDetail(); // before the first row is opened
    }, [settled]);

    const onFilter = useCallback((next: Filter) => search({ filter: next }), [search]);
    const onPeriod = useCallback((next: Period) => search({ period: next, brush: null }), [search]);
    const onBrush = useCallback((next: Between | null) => search({ brush: next }), [search]);
    const onZoom = useCallback(() => brush && onPeriod(brush), [brush, onPeriod]);
    const searchAgain = useCallback(() => setNow(Date.now()), []);
    const histogramAgain = useStable(() => void histogram.refetch());
    const facetsAgain = useStable(() => void facets.refetch());
    const filterBy = (field: string, value: string, sense: Sense) => onFilter(withTerm(filter, { field, value, sense, match: 'text' }));
    const toggleLive = () => search({ view: view === 'live' ? 'search' : 'live' });
    const [openId, follow] = useOpenSession(id, change);
    // Going through rows by key must not wait for each one's detail to be drawn.
    const detailId = useDeferredValue(openId);
    const open = (row: SessionRow, how: 'press' | 'follow') => (how === 'press' && id === null ? change({ id: row.id }, 'push') : follow(row.id));

    function step(direction: -1 | 1): void {
        const place = rows.findIndex((row) => row.id === openId);
        const next = rows[place < 0 ? 0 : place + direction];
        if (next) follow(next.id);
        else if (direction > 0 && pages.hasNextPage) void pages.fetchNextPage();
    }

    useKeys({
        l: toggleLive,
        '[': () => onPeriod(stepped(period, -1, Date.now())),
        ']': () => onPeriod(stepped(period, 1, Date.now())),
        j: () => step(1),
        k: () => step(-1),
        Escape: () => (id === null ? false : change({ id: null })),
    });

    const problem = pages.error instanceof ApiProblem && pages.error.slug === 'validation' ? (pages.error.errors[0]?.detail ?? pages.error.detail) : undefined;
    return (
        <div className={css.page}>
            <PageHeader
                title={auditTexts.title}
                actions={
                    <>
                        <SavedSearches
                            query={() => writeAddress({ ...state, id: null, columns: readAddress(new URLSearchParams()).columns }).toString()}
                            columns={columns}
                            onOpen={(query) => {
                                setNow(Date.now());
                                navigate(`/audit?${query}`);
                            }}
                        />
                        <Menu
                            trigger={<Button icon={Download}>{auditTexts.export.button}<ChevronDown aria-hidden="true" size={14} /></Button>}
                            items={[
                                { label: auditTexts.export.start, icon: Download, reason: needsAuditor, onSelect: () => setDialog('export') },
                                { label: auditTexts.export.list, icon: Files, reason: needsAuditor, onSelect: () => navigate('/audit/exports') },
                            ]}
                        />
                        <Button icon={view === 'live' ? Square : Play} variant={view === 'live' ? 'active' : 'secondary'} aria-pressed={view === 'live'} onClick={toggleLive}>
                            {view === 'live' ? auditTexts.live.stop : auditTexts.live.start}
                        </Button>
                        <Menu
                            trigger={<IconButton icon={Ellipsis} variant="secondary" label={auditTexts.more} />}
                            items={[
                                { label: auditTexts.why, icon: CircleHelp, onSelect: () => navigate('/audit/why') },
                                { label: auditTexts.adminEvents, icon: FileClock, reason: needsAuditor, onSelect: () => navigate('/audit/admin') },
                            ]}
                        />
                    </>
                }
            >
                {auditTexts.lead} <IntegrityChip />
            </PageHeader>
            <div className={css.searchRow}>
                <SearchField
                    filter={filter}
                    onChange={onFilter}
                    onSearchAgain={searchAgain}
                    labelOf={labelOf}
                    since={whole.from}
                    problem={problem}
                />
                <PeriodPicker period={brush ?? period} bounds={brush ?? bounds} onChange={onPeriod} />
            </div>
            <Suspense><PrivacyBar /></Suspense>
            {namesHidden ? <Suspense><NamesHidden filter={filter} onFilter={onFilter} /></Suspense> : (
                <>
                    <HistogramPanel
                        histogram={histogram.data}
                        selection={selection}
                        error={histogram.error}
                        onRetry={histogramAgain}
                        bounds={bounds}
                        brush={brush}
                        onBrush={onBrush}
                        onZoom={onZoom}
                        view={view}
                    />
                    <div className={css.facetsButton}>
                        <Button icon={ListFilter} aria-expanded={facetsShown} onClick={() => showFacets(!facetsShown)}>{auditTexts.facets.show}</Button>
                    </div>
                    <div className={classes(css.columns, openId && css.withDetail)}>
                        <aside className={classes(css.facets, facetsShown && css.facetsShown)} aria-label={auditTexts.facets.label} tabIndex={0}>
                            <FacetList
                                facets={facets.data}
                                error={facets.error}
                                onRetry={facetsAgain}
                                filter={filter}
                                onChange={onFilter}
                                question={selected}
                                labelOf={labelOf}
                                view={view}
                            />
                        </aside>
                        {view === 'live' ? (
                            <Suspense fallback={<Skeleton rows={12} />}>
                                <LiveTail filter={whole.filter} columns={columns} openId={openId} onOpen={open} onRows={setLiveRows} onRefused={privacyAgain} />
                            </Suspense>
                        ) : (
                            <SessionTable
                                pages={pages}
                                asked={now}
                                onStartAgain={searchAgain}
                                columns={columns}
                                onColumns={(next) => change({ columns: next })}
                                openId={openId}
                                onOpen={open}
                                onFilterKey={(row, sense) => row.host !== null && filterBy('host', row.host, sense)}
                                empty={
                                    <Suspense>
                                        <NoMatch filter={filter} question={selected} labelOf={labelOf} onFilter={onFilter} onPeriod={onPeriod} onWhole={brush ? () => onBrush(null) : undefined} />
                                    </Suspense>
                                }
                            />
                        )}
                        {openId && detailId && (
                            <Suspense fallback={<div className={css.detail} />}>
                                <DetailPanel id={detailId} className={css.detail} onClose={() => change({ id: null })} onStep={step} onFilter={filterBy} />
                            </Suspense>
                        )}
                    </div>
                </>
            )}
            <Suspense>
                {dialog === 'export' && (
                    <ExportDialog question={selected} words={words} total={totalWords} onClose={() => setDialog('none')} />
                )}
            </Suspense>
        </div>
    );
}

/** The open session, at once; the address follows when the keys rest, as browsers allow few changes a second. */
function useOpenSession(id: string | null, change: ChangeState): readonly [string | null, (id: string) => void] {
    const [step, setStep] = useState<{ from: string | null; to: string } | null>(null);
    const followed = step?.from === id ? step.to : null; // until the address has changed by this or by anything else
    useEffect(() => {
        if (followed === null) return;
        const timer = setTimeout(() => change({ id: followed }), 200);
        return () => clearTimeout(timer);
    }, [followed, change]);
    const follow = useCallback((to: string) => setStep({ from: id, to }), [id]);
    return [id === null ? null : (followed ?? id), follow];
}

/** The same function for ever, doing what the newest one does. */
function useStable(act: () => void): () => void {
    const newest = useRef(act);
    useEffect(() => {
        newest.current = act;
    });
    return useCallback(() => newest.current(), []);
}

/** Rules are filtered by id and shown by name, as far as their names were seen. */
function useRuleNames(facets: ReturnType<typeof useFacets>['data'], rows: readonly SessionRow[]): LabelOf {
    return useMemo(() => {
        const names = new Map<string, string>();
        for (const { rule } of rows) if (rule?.id) names.set(rule.id, rule.name);
        for (const { value, label } of facets?.facets.rule?.values ?? []) names.set(value, label);
        return (field, value) => (field === 'rule' ? names.get(value) : undefined);
    }, [facets, rows]);
}
