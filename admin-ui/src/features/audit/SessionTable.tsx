// The sessions, newest first. At most ten pages are kept: above and below stand places for rows that
// were let go, which are fetched again when they come into sight.
import { Columns3 } from 'lucide-react';
import { type KeyboardEvent, lazy, type ReactNode, Suspense, useEffect, useMemo, useState } from 'react';

import { Button } from '../../components/Button';
import { Popover } from '../../components/Menu';
import { EmptyState, ErrorState, Skeleton } from '../../components/States';
import { NarrowTable, useMedia } from '../../components/useMedia';
import { VirtualTable } from '../../components/VirtualTable';
import { exactCount, percent } from '../../format/numbers';
import { useTimes } from '../../shell/useTimes';
import { type Column, shownColumns } from './columns';
import { type LoadedPage, RowsOfPage, type SessionRow, type useSessionPages } from './requests';
import { clockRoom, isLoaded, type ShownRow, tableColumns } from './sessionColumns';
import css from './SessionTable.module.css';
import { auditTexts } from './texts';

interface Props {
    pages: ReturnType<typeof useSessionPages>;
    /** Of which question these are: another one begins anew. */
    asked: number;
    onStartAgain(): void;
    columns: readonly Column[];
    onColumns(columns: readonly Column[]): void;
    openId: string | null;
    onOpen(row: SessionRow, how: 'press' | 'follow'): void;
    onFilterKey(row: SessionRow, sense: 'is' | 'not'): void;
    /** What stands in the place of rows when there are none. */
    empty: ReactNode;
}

const ColumnChoice = lazy(() => import('./ColumnChoice'));

const texts = auditTexts.table;

export function SessionTable({ pages, asked, onStartAgain, columns, onColumns, openId, onOpen, onFilterKey, empty }: Props) {
    const times = useTimes();
    const loaded = pages.data?.pages;
    const rows = useMemo(() => rowsOf(loaded ?? []), [loaded]);
    const screen = useMedia(NarrowTable) ? 'phone' : 'wide';
    const kept = shownColumns(columns, openId ? 'open' : 'closed', screen).join(',');
    const { zone, exact } = times;
    const room = clockRoom(rows, exact);
    // `exact` is made anew each time, from the zone alone.
    // eslint-disable-next-line react-hooks/exhaustive-deps
    const table = useMemo(() => tableColumns(kept.split(',') as Column[], room, zone, exact), [kept, room, zone]);
    const firstLoaded = loaded?.[0]?.firstIndex ?? 0;

    function onScrollTop(top: number): void {
        if (firstLoaded === 0 || pages.isFetching) return;
        const height = parseInt(getComputedStyle(document.documentElement).getPropertyValue('--row'), 10) || 32;
        const place = Math.floor(top / height);
        if (place < firstLoaded - 2 * RowsOfPage) onStartAgain(); // far back: quicker than page by page
        else if (place < firstLoaded + 20 && pages.hasPreviousPage) void pages.fetchPreviousPage();
    }

    function onRowKey(event: KeyboardEvent, row: ShownRow): boolean {
        if (event.key.toLowerCase() !== 'f' || event.ctrlKey || event.metaKey || event.altKey || !isLoaded(row)) return false;
        onFilterKey(row, event.shiftKey ? 'not' : 'is');
        return true;
    }

    const last = loaded?.at(-1)?.page;
    const goesOn = useGoingOn(pages, asked, rows.length);
    return (
        <section className={css.table} aria-label={texts.label}>
            {pages.error && rows.length === 0 ? (
                <ErrorState what={texts.what} error={pages.error} onRetry={() => void pages.refetch()} />
            ) : !loaded ? (
                <div style={{ padding: 14 }}><Skeleton rows={12} /></div>
            ) : (
                <VirtualTable<ShownRow>
                    className={css.region}
                    label={texts.label}
                    rows={rows}
                    columns={table}
                    rowKey={keyOf}
                    openKey={openId}
                    onOpen={(row) => isLoaded(row) && onOpen(row, 'press')}
                    onActive={(row) => isLoaded(row) && openId !== null && onOpen(row, 'follow')}
                    onRowKey={onRowKey}
                    onEndNear={() => {
                        if (pages.hasNextPage && !pages.isFetching) void pages.fetchNextPage();
                    }}
                    onScrollTop={onScrollTop}
                    busy={pages.isFetching}
                    empty={last?.ending === 'stopped' ? <EmptyState>{goesOn ? texts.searching : texts.notYet}</EmptyState> : empty}
                />
            )}
            <div className={css.foot}>
                <span>{footWords(pages, rows.length)}</span>
                {last?.ending === 'stopped' && !goesOn && !pages.isFetching && (
                    <Button size="small" onClick={() => void pages.fetchNextPage()}>{texts.goOn}</Button>
                )}
                <Popover title={texts.columns} trigger={<Button size="small" variant="quiet" icon={Columns3}>{texts.columns}</Button>}>
                    <Suspense fallback={<Skeleton rows={6} />}><ColumnChoice columns={columns} onChange={onColumns} /></Suspense>
                </Popover>
            </div>
        </section>
    );
}

/** How often it asks on by itself while the first screen is not full. */
const MostRounds = 30;

/** The server stops after a while and says how far it came: ask on until there is a screen of rows. */
function useGoingOn(pages: Props['pages'], asked: number, rows: number): boolean {
    const [rounds, setRounds] = useState({ asked, count: 0 });
    const count = rounds.asked === asked ? rounds.count : 0;
    const last = pages.data?.pages.at(-1)?.page;
    const wanted = last?.ending === 'stopped' && last.next_cursor !== null && rows < RowsOfPage && !pages.isPlaceholderData && !pages.error;
    const { isFetching, fetchNextPage } = pages;
    useEffect(() => {
        if (!wanted || isFetching || count >= MostRounds) return;
        void fetchNextPage().finally(() => setRounds((before) => ({ asked, count: before.asked === asked ? before.count + 1 : 1 })));
    }, [asked, wanted, isFetching, count, fetchNextPage]);
    return wanted && (isFetching || count < MostRounds);
}

function footWords(pages: Props['pages'], rows: number): string {
    const last = pages.data?.pages.at(-1)?.page;
    if (pages.isFetchingNextPage) return texts.loadingMore;
    if (last?.ending === 'stopped') return texts.searched(percent(last.fraction));
    return rows > 0 && !pages.hasNextPage ? `${texts.count(rows, exactCount(rows))}. ${texts.end}` : texts.count(rows, exactCount(rows));
}

const unloadedRows: Array<{ unloaded: number }> = [];

function rowsOf(pages: readonly LoadedPage[]): readonly ShownRow[] {
    const before = pages[0]?.firstIndex ?? 0;
    for (let place = unloadedRows.length; place < before; place += 1) unloadedRows.push({ unloaded: place });
    return [...unloadedRows.slice(0, before), ...pages.flatMap(({ page }) => page.items)];
}

function keyOf(row: ShownRow): string {
    return isLoaded(row) ? row.id : `unloaded ${row.unloaded}`;
}
