// Admin events: who did what to this system, when, with before and after.
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { ChevronDown, ScrollText } from 'lucide-react';
import { useMemo, useState } from 'react';

import { api } from '../../api/client';
import type { Schema } from '../../api/types';
import { Button, ButtonLink } from '../../components/Button';
import { DescriptionList } from '../../components/DescriptionList';
import { SidePanel } from '../../components/Dialog';
import { Select, TextField } from '../../components/Field';
import { PageHeader, Panel } from '../../components/Panel';
import { EmptyState, ErrorState, Skeleton } from '../../components/States';
import { NarrowTable, useMedia } from '../../components/useMedia';
import { type Column, VirtualTable } from '../../components/VirtualTable';
import { NotApplicable } from '../../format/numbers';
import { choice, optional, text } from '../../shell/urlState';
import { usePageTitle } from '../../shell/usePageTitle';
import { useTimes } from '../../shell/useTimes';
import { useUrlState } from '../../shell/useUrlState';
import css from './AdminEventsPage.module.css';
import { differences } from './difference';
import { actionWords, objectWords } from './eventWords';
import { adminEventsTexts as texts } from './texts';

type AdminEvent = Schema<'AdminEvent'>;

const Spans = ['any', '24h', '7d', '30d', '365d'] as const;
const days = { any: null, '24h': 1, '7d': 7, '30d': 30, '365d': 365 } as const;
const parts = { who: text(), action: text(), object: text(), last: choice(Spans, 'any'), id: optional() };

export default function AdminEventsPage() {
    usePageTitle(texts.title);
    return (
        <div className={css.page}>
            <PageHeader title={texts.title} actions={<ButtonLink icon={ScrollText} href="/audit">{texts.toLog}</ButtonLink>}>{texts.lead}</PageHeader>
            <AdminEvents />
        </div>
    );
}

function AdminEvents() {
    const times = useTimes();
    const [state, change] = useUrlState(parts);
    const [opened] = useState(Date.now);
    const span = days[state.last];
    const from = span === null ? null : new Date(opened - span * 86_400_000).toISOString();
    const filter = { who: state.who.trim(), action: state.action.trim(), object: state.object.trim(), from };
    const found = useInfiniteQuery({
        queryKey: ['audit', 'admin', filter],
        queryFn: async ({ pageParam, signal }) =>
            (await api.get<Schema<'AdminEventPage'>>('/audit/admin', { query: { ...filter, cursor: pageParam, limit: 100 }, signal })).data,
        initialPageParam: null as string | null,
        getNextPageParam: (page) => page.next_cursor,
        placeholderData: keepPreviousData,
    });
    const pages = found.data?.pages;
    const events = useMemo(() => (pages ?? []).flatMap((page) => page.items), [pages]);
    const { zone } = times;
    const room = useMedia(NarrowTable) ? 'few' : 'all';
    // The clock is made from the zone alone.
    // eslint-disable-next-line react-hooks/exhaustive-deps
    const columns = useMemo(() => columnsIn(room, zone, times.exact), [room, zone]);
    const open = events.find((event) => event.seq === state.id) ?? null;
    const filtered = state.who !== '' || state.action !== '' || state.object !== '' || state.last !== 'any';
    return (
        <>
            <form className={css.filters} role="search" onSubmit={(event) => event.preventDefault()}>
                <TextField label={texts.filters.who} value={state.who} onChange={(who) => change({ who })} />
                <TextField label={texts.filters.action} placeholder={texts.filters.actionHint} value={state.action} onChange={(action) => change({ action })} />
                <TextField label={texts.filters.object} value={state.object} onChange={(object) => change({ object })} />
                <Select
                    label={texts.filters.time}
                    value={state.last}
                    onChange={(last) => change({ last })}
                    options={Spans.map((value) => ({ value, label: value === 'any' ? texts.filters.any : texts.spans[value] }))}
                />
                {filtered && <Button variant="quiet" onClick={() => change({ who: '', action: '', object: '', last: 'any' })}>{texts.filters.clear}</Button>}
            </form>
            <div className={open ? css.withDetail : css.alone}>
                <Panel flush className={css.table}>
                    {found.error && events.length === 0 ? (
                        <ErrorState what={texts.what} error={found.error} onRetry={() => void found.refetch()} />
                    ) : !pages ? (
                        <div className={css.loading}><Skeleton rows={10} /></div>
                    ) : (
                        <VirtualTable
                            label={texts.label}
                            rows={events}
                            columns={columns}
                            rowKey={(event) => event.seq}
                            openKey={state.id}
                            onOpen={(event) => change({ id: event.seq })}
                            onActive={(event) => state.id !== null && change({ id: event.seq })}
                            onEndNear={() => {
                                if (found.hasNextPage && !found.isFetching) void found.fetchNextPage();
                            }}
                            busy={found.isFetching}
                            empty={filtered ? <EmptyState title={texts.noMatchTitle}>{texts.noMatch}</EmptyState> : <EmptyState>{texts.empty}</EmptyState>}
                        />
                    )}
                </Panel>
                {open && <EventPanel event={open} onClose={() => change({ id: null })} />}
            </div>
        </>
    );
}

/** On a phone the open event says the rest. */
function columnsIn(room: 'all' | 'few', zone: string, exact: (at: string) => string): ReadonlyArray<Column<AdminEvent>> {
    const all: ReadonlyArray<Column<AdminEvent>> = [
        { id: 'time', title: texts.time(zone), width: '146px', render: (event) => exact(event.time) },
        { id: 'who', title: texts.columns.who, width: room === 'all' ? 'minmax(100px, 1fr)' : 'minmax(50px, 1fr)', render: (event) => event.who },
        { id: 'action', title: texts.columns.action, width: room === 'all' ? 'minmax(140px, 1.2fr)' : 'minmax(120px, 1.8fr)', render: (event) => <b className={css.action} title={event.action}>{actionWords(event.action)}</b> },
        { id: 'object', title: texts.columns.object, width: 'minmax(140px, 2fr)', render: (event) => (event.object ? <span title={event.object}>{objectWords(event.object)}</span> : NotApplicable) },
        { id: 'note', title: texts.columns.note, width: 'minmax(100px, 1.6fr)', render: (event) => event.note || NotApplicable },
        { id: 'source', title: texts.columns.source, width: 'minmax(96px, 0.8fr)', render: (event) => event.source },
    ];
    return room === 'all' ? all : all.slice(0, 3);
}

function EventPanel({ event, onClose }: { event: AdminEvent; onClose(): void }) {
    const times = useTimes();
    const words = texts.detail;
    const changed = differences(event.before, event.after);
    return (
        <SidePanel title={actionWords(event.action)} onClose={onClose} className={css.detail ?? ''}>
            <DescriptionList
                items={[
                    { name: words.time, value: times.full(event.time), more: words.number(event.seq) },
                    { name: words.action, value: <code>{event.action}</code> },
                    { name: words.who, value: event.who },
                    { name: words.source, value: event.source },
                    !!event.object && { name: words.object, value: objectWords(event.object), more: objectWords(event.object) === event.object ? undefined : event.object },
                    !!event.note && { name: words.note, value: event.note },
                ]}
            />
            <section className={css.changes}>
                <h3>{words.what}</h3>
                {changed.length === 0 ? <p className={css.quiet}>{words.nothing}</p> : (
                    <ul>
                        {changed.map(({ path, before, after }) => (
                            <li key={path}>
                                {path !== '' && <p className={css.path}>{path}</p>}
                                {before !== undefined && <p className={css.before}><span className="visually-hidden">{words.before} </span><del>{before}</del></p>}
                                {after !== undefined && <p className={css.after}><span className="visually-hidden">{words.after} </span><ins>{after}</ins></p>}
                            </li>
                        ))}
                    </ul>
                )}
            </section>
            {(event.before !== null || event.after !== null) && (
                <details className={css.raw}>
                    <summary><ChevronDown aria-hidden="true" size={14} /> {words.raw}</summary>
                    <pre tabIndex={0} role="region" aria-label={words.raw}>{JSON.stringify({ before: event.before, after: event.after }, null, 2)}</pre>
                </details>
            )}
        </SidePanel>
    );
}
