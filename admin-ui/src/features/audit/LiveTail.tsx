// Live tail: sessions as they are recorded, newest on top. Scrolling or pointing at the rows pauses
// it, which is said and counted: nothing moves under the pointer.
import { Pause, Play } from 'lucide-react';
import { useEffect, useMemo, useReducer, useRef, useState } from 'react';

import { useLive } from '../../api/live';
import { Button } from '../../components/Button';
import { EmptyState } from '../../components/States';
import { NarrowTable, useMedia } from '../../components/useMedia';
import { VirtualTable } from '../../components/VirtualTable';
import { exactCount } from '../../format/numbers';
import { useTimes } from '../../shell/useTimes';
import { type Column, shownColumns } from './columns';
import type { FilterParams } from './filter';
import css from './LiveTail.module.css';
import { emptyTail, type Tail, tailAfter, type TailEvent } from './liveTail';
import type { SessionRow } from './requests';
import { isLoaded, type ShownRow, tableColumns } from './sessionColumns';
import tableCss from './SessionTable.module.css';
import { auditTexts } from './texts';

interface Props {
    filter: FilterParams;
    columns: readonly Column[];
    openId: string | null;
    onOpen(row: SessionRow, how: 'press' | 'follow'): void;
    onRows(rows: readonly SessionRow[]): void;
    /** Nothing more comes. */
    onRefused(): void;
}

/** As the feed tells it: newest last. */
interface Batch {
    rows: SessionRow[];
    dropped: number;
}

const texts = auditTexts.live;
const reduce = tailAfter as (tail: Tail<SessionRow>, event: TailEvent<SessionRow>) => Tail<SessionRow>;

export default function LiveTail({ filter, columns, openId, onOpen, onRows, onRefused }: Props) {
    const { zone, exact } = useTimes();
    const frame = useRef<HTMLElement>(null);
    const [tail, tell] = useReducer(reduce, undefined, () => emptyTail<SessionRow>());
    const [held, setHeld] = useState({ byPointer: false, byScroll: false, byButton: false });
    const paused = held.byPointer || held.byScroll || held.byButton;
    const screen = useMedia(NarrowTable) ? 'phone' : 'wide';
    const shown = shownColumns(columns, openId ? 'open' : 'closed', screen).join(',');
    // `exact` is made anew each time, from the zone alone.
    // eslint-disable-next-line react-hooks/exhaustive-deps
    const table = useMemo(() => tableColumns(shown.split(',') as Column[], 'time', zone, exact), [shown, zone]);

    const asked = useMemo(() => Object.fromEntries(Object.entries(filter).map(([name, value]) => [name, [value].flat()])), [filter]);
    const [refusal, setRefusal] = useState<{ asked: unknown; detail: string } | null>(null);
    useLive<Batch>('audit', {
        filter: asked,
        onData: ({ rows, dropped }) => tell({ kind: 'batch', rows: rows.toReversed(), dropped }),
        onGap: () => tell({ kind: 'gap' }),
        onRefused: ({ detail }) => {
            setRefusal({ asked, detail });
            onRefused();
        },
    });
    useEffect(() => tell({ kind: 'restart' }), [asked]);
    useEffect(() => tell({ kind: paused ? 'pause' : 'resume' }), [paused]);
    useEffect(() => onRows(tail.rows), [onRows, tail.rows]);

    function goOn(): void {
        frame.current?.querySelector('[role="grid"]')?.scrollTo({ top: 0 });
        setHeld({ byPointer: false, byScroll: false, byButton: false });
    }

    return (
        <section ref={frame} className={tableCss.table} aria-label={texts.label}>
            <div className={css.bar}>
                {refusal?.asked === asked ? (
                    <span className={css.gap} role="alert">{texts.refused(refusal.detail)}</span>
                ) : paused ? (
                    <span className={css.paused}>{tail.waitingCount > 0 ? texts.paused(exactCount(tail.waitingCount)) : texts.pausedNone}</span>
                ) : (
                    <span className={css.running}><i aria-hidden="true" />{texts.running}</span>
                )}
                {tail.notDrawn > 0 && <span title={texts.notDrawnHint}>{texts.notDrawn(exactCount(tail.notDrawn))}</span>}
                {tail.gaps > 0 && <span className={css.gap}>{texts.gap}</span>}
                <span className={css.held}>{texts.held}</span>
                <Button size="small" icon={paused ? Play : Pause} onClick={() => (paused ? goOn() : setHeld({ ...held, byButton: true }))}>
                    {paused ? texts.resume : texts.pause}
                </Button>
            </div>
            <VirtualTable<ShownRow>
                className={tableCss.region}
                label={texts.label}
                rows={tail.rows}
                columns={table}
                rowKey={(row) => (isLoaded(row) ? row.id : '')}
                openKey={openId}
                onOpen={(row) => isLoaded(row) && onOpen(row, 'press')}
                onActive={(row) => isLoaded(row) && openId !== null && onOpen(row, 'follow')}
                onHoverChange={(byPointer) => setHeld((before) => ({ ...before, byPointer }))}
                onScrollTop={(top) => setHeld((before) => (before.byScroll === top > 0 ? before : { ...before, byScroll: top > 0 }))}
                empty={<EmptyState>{texts.waiting}</EmptyState>}
            />
        </section>
    );
}
