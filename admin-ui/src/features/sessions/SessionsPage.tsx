// Everything that is open now, with a way to end it.
import { EyeOff, Search, Square } from 'lucide-react';
import { useDeferredValue, useMemo, useState } from 'react';
import { Link, useParams } from 'wouter';

import { isAboutHiddenNames } from '../../api/problem';
import { useNeeds } from '../../api/session';
import { Button } from '../../components/Button';
import { FilterChips } from '../../components/Chip';
import { CodeBlock } from '../../components/CodeBlock';
import { Select, TextField } from '../../components/Field';
import { PageHeader } from '../../components/Panel';
import { EmptyState, ErrorState, Skeleton } from '../../components/States';
import { useMedia } from '../../components/useMedia';
import { VirtualTable } from '../../components/VirtualTable';
import { count } from '../../format/numbers';
import { choice, optional, text } from '../../shell/urlState';
import { usePageTitle } from '../../shell/usePageTitle';
import { useTimes } from '../../shell/useTimes';
import { useUrlState } from '../../shell/useUrlState';
import { GroupTable } from './GroupTable';
import { type LiveSession, sorted } from './liveSessions';
import { type Room, sessionColumns } from './columns';
import { SessionDetail } from './SessionDetail';
import css from './SessionsPage.module.css';
import { type Target, TerminateDialog } from './TerminateDialog';
import { sessionsTexts as texts } from './texts';
import { type SessionFilter, useLiveSessions, useSessionList } from './useLiveSessions';

const groups = ['none', 'user', 'host', 'rule'] as const;
const filterNames = ['user', 'host', 'rule', 'protocol', 'client', 'verdict'] as const;
const parts = {
    q: text(),
    group: choice(groups, 'none'),
    sort: choice(['rate', 'age', 'bytes'], 'rate'),
    user: optional(), host: optional(), rule: optional(), protocol: optional(), client: optional(), verdict: optional(),
};

export default function SessionsPage() {
    const { id: openId } = useParams<{ id?: string }>();
    const [url, setUrl] = useUrlState(parts);
    const needs = useNeeds('editor');
    const { exact } = useTimes();
    const small = useMedia('(max-width: 759px)');
    const medium = useMedia('(max-width: 1179px)');
    const room: Room = small ? 'fewest' : medium || openId ? 'few' : 'all';
    const [selected, select] = useState<ReadonlySet<string>>(new Set());
    const [hovered, hover] = useState(false);
    const [target, setTarget] = useState<Target | null>(null);
    usePageTitle(texts.title, url.q || undefined);

    const q = useDeferredValue(url.q);
    const filter = useMemo(() => filterOf({ ...url, q }), [url, q]);
    const filtered = Object.keys(filter).length > 0;
    const list = useSessionList(filter, url.sort, url.group);
    const held = hovered || selected.size > 0;
    // Hidden names come back hidden after a while: what was found by them is not shown any longer.
    const namesHidden = isAboutHiddenNames(list.error);
    const { shown, fresh, gone } = useLiveSessions(filter, url.sort, list.data, held, url.group === 'none' && !namesHidden, () => void list.refetch());
    const rows = useMemo(() => sorted(shown, url.sort), [shown, url.sort]);
    const topRate = Math.max(1, ...rows.map((row) => (row.rate_up ?? 0) + (row.rate_down ?? 0)));
    // Rounded up to a power of two: the bars, and with them all rows, change seldom.
    const scale = 2 ** Math.ceil(Math.log2(topRate));

    const columns = useMemo(
        () => sessionColumns({
            scale,
            selected,
            exactTime: exact,
            onSelect: (row) => select((before) => toggled(before, row.id)),
            selectable: needs === undefined,
            room,
        }),
        [scale, selected, exact, needs, room],
    );
    const chips = filterNames.filter((name) => url[name]).map((name) => ({ key: name, field: texts.fields[name] ?? name, value: url[name] ?? '' }));
    const clear = () => setUrl({ q: '', user: null, host: null, rule: null, protocol: null, client: null, verdict: null });
    const openSession = (row: LiveSession | null) => setUrl({}, { push: true, path: row ? `/sessions/${row.id}` : '/sessions' });

    return (
        <div className={css.page}>
            <PageHeader
                title={texts.title}
                actions={
                    <>
                        {selected.size > 0 && <Button variant="quiet" onClick={() => select(new Set())}>{texts.terminate.clear}</Button>}
                        {selected.size > 0 ? (
                            <Button variant="danger" icon={Square} reason={needs} onClick={() => setTarget({ kind: 'some', ids: [...selected] })}>{texts.terminate.selected(selected.size)}</Button>
                        ) : filtered && !namesHidden && shown.total > 0 && (
                            <Button variant="danger" icon={Square} reason={needs} onClick={() => setTarget({ kind: 'filter', filter, count: shown.total })}>{texts.terminate.matching}</Button>
                        )}
                    </>
                }
            >
                {texts.lead}
            </PageHeader>
            <div className={css.bar}>
                <TextField className={css.search} label={texts.search} labelHidden placeholder={texts.search} icon={Search} type="search" value={url.q} onChange={(next) => setUrl({ q: next })} />
                <Select
                    label={texts.groupBy}
                    labelHidden
                    value={url.group}
                    onChange={(group) => setUrl({ group })}
                    options={groups.map((value) => ({ value, label: value === 'none' ? texts.group.none : `${texts.groupBy}: ${texts.group[value]}` }))}
                />
                <FilterChips chips={chips} onRemove={(key) => setUrl({ [key]: null })} onClear={clear} />
                <span className={css.status} role="status">
                    {namesHidden ? null : held && url.group === 'none' ? <b>{texts.held(fresh, gone)}</b>
                        : list.data && (filtered ? texts.matching(count(shown.total), count(list.data.open)) : texts.total(count(shown.total)))}
                </span>
            </div>
            <div className={css.split}>
                <section className={css.table} aria-label={texts.title}>
                    {list.isPending ? <div className={css.pad}><Skeleton rows={12} /></div>
                        : namesHidden ? <NamesHidden onDrop={() => setUrl({ user: null, group: url.group === 'user' ? 'none' : url.group })} />
                        : list.isError && !list.data ? <ErrorState what={texts.what} error={list.error} onRetry={() => void list.refetch()} />
                        : url.group !== 'none' ? (
                            <GroupTable groups={list.data?.groups ?? []} group={url.group} onOpen={(value) => setUrl({ [url.group]: value, group: 'none' }, { push: true })} />
                        ) : (
                            <VirtualTable
                                label={texts.title}
                                rows={rows}
                                columns={columns}
                                rowKey={keyOf}
                                openKey={openId}
                                onOpen={(row: LiveSession) => openSession(row)}
                                onActive={(row) => {
                                    if (openId) setUrl({}, { path: `/sessions/${row.id}` });
                                }}
                                selected={selected}
                                onSelect={needs ? undefined : (row) => select((before) => toggled(before, row.id))}
                                sort={{ column: url.sort, direction: 'desc' }}
                                onSort={({ column }) => setUrl({ sort: column as 'rate' })}
                                onHoverChange={hover}
                                empty={filtered ? <NoMatch open={list.data?.open ?? 0} onDrop={clear} /> : <Nothing />}
                            />
                        )}
                    {url.group === 'none' && !namesHidden && rows.length < shown.total && <p className={css.foot}>{texts.shown(count(rows.length), count(shown.total))}</p>}
                </section>
                {openId && (
                    <SessionDetail
                        id={openId}
                        live={shown.byId.get(openId) ?? null}
                        onClose={() => openSession(null)}
                        onFilter={(field, value) => setUrl({ [field]: value })}
                        onTerminate={(session) => setTarget({ kind: 'some', ids: [session.id] })}
                        needs={needs}
                    />
                )}
            </div>
            {target && (
                <TerminateDialog
                    target={target}
                    onClose={(ended) => {
                        setTarget(null);
                        if (!ended) return;
                        select(new Set());
                        hover(false); // whoever ended sessions wants to see them go
                    }}
                />
            )}
        </div>
    );
}

function keyOf(row: LiveSession): string {
    return row.id;
}

function toggled(before: ReadonlySet<string>, id: string): ReadonlySet<string> {
    const after = new Set(before);
    if (!after.delete(id)) after.add(id);
    return after;
}

/** Only what is set: an empty filter fits all. */
function filterOf(url: Record<'q', string> & Record<(typeof filterNames)[number], string | null>): SessionFilter {
    const entries = [['q', url.q.trim()], ...filterNames.map((name) => [name, url[name]])].filter(([, value]) => value);
    return Object.fromEntries(entries) as SessionFilter;
}

function Nothing() {
    return (
        <EmptyState title={texts.empty}>
            <p>{texts.emptyTry}</p>
            <CodeBlock label={texts.command}>{`curl -x http://${location.hostname}:3128 https://example.com/`}</CodeBlock>
        </EmptyState>
    );
}

function NamesHidden({ onDrop }: { onDrop(): void }) {
    return (
        <div role="status">
            <EmptyState icon={EyeOff} title={texts.namesHidden} action={<Button onClick={onDrop}>{texts.everybody}</Button>}>
                {texts.namesHiddenTry} <Link href="/audit">{texts.auditLog}</Link>
            </EmptyState>
        </div>
    );
}

function NoMatch({ open, onDrop }: { open: number; onDrop(): void }) {
    return <EmptyState title={texts.noMatch} action={<Button onClick={onDrop}>{texts.dropFilter(count(open))}</Button>}>{null}</EmptyState>;
}
