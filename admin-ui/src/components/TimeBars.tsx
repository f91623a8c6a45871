// TimeBars: counts per bucket of time, stacked. The first series stands at the bottom, so give deny
// first: its base is common. A range can be brushed with the pointer or with two handles by key; the
// rest stays dimmed for context. Marks are lines with a word ("v42 published").
import { type KeyboardEvent, type PointerEvent, useState } from 'react';

import css from './charts.module.css';
import { ChartTable, TableToggle } from './ChartTable';
import { roundTop, timeMarks, zoneOffset } from './chartScale';
import { classes } from './classes';
import { componentTexts } from './texts';
import { useWidth } from './useWidth';

export interface BarSeries {
    key: string;
    label: string;
    /** A CSS colour: "var(--bar-deny)". */
    color: string;
    values: readonly number[];
}

export interface TimeRange {
    from: number;
    to: number;
}

interface Props {
    /** Says in a sentence what the bars show; also the text summary. */
    label: string;
    /** Start of the first bucket, ms. */
    from: number;
    bucketSeconds: number;
    series: readonly BarSeries[];
    marks?: ReadonlyArray<{ at: number; label: string }>;
    brush?: TimeRange | null;
    onBrush?(range: TimeRange | null): void;
    zone: string;
    height?: number;
    formatCount(value: number): string;
    formatTime(at: number): string;
    /** Brushing is off for now (live tail). */
    frozen?: boolean;
}

const Left = 36;
const Bottom = 20;
const Top = 6;
/** A mark's word needs so much beside it; where the next mark is nearer, only that one has its word. */
const MarkRoom = 96;

export function TimeBars(props: Props) {
    const { label, from, bucketSeconds, series, marks = [], brush, onBrush, zone, height = 112, formatCount, formatTime, frozen } = props;
    const [frame, width] = useWidth<HTMLDivElement>(800);
    const [asTable, showTable] = useState(false);
    const [dragged, setDragged] = useState<TimeRange | null>(null);
    const count = series[0]?.values.length ?? 0;
    const bucket = bucketSeconds * 1000;
    const to = from + count * bucket;
    const totals = Array.from({ length: count }, (_, index) => series.reduce((sum, one) => sum + (one.values[index] ?? 0), 0));
    const top = roundTop(Math.max(0, ...totals));
    const plotWidth = Math.max(10, width - Left - 2);
    const plotHeight = height - Bottom - Top;
    const x = (at: number) => Left + ((at - from) / Math.max(1, to - from)) * plotWidth;
    const y = (value: number) => Top + plotHeight * (1 - value / top);
    const barWidth = plotWidth / Math.max(1, count);
    const range = dragged ?? brush ?? null;
    const { at: times, stepSeconds } = timeMarks(from, to, plotWidth, zoneOffset(zone, from));

    const snap = (at: number) => from + Math.round((Math.max(from, Math.min(to, at)) - from) / bucket) * bucket;
    const timeAt = (event: PointerEvent) => {
        const box = event.currentTarget.getBoundingClientRect();
        return from + ((event.clientX - box.left - Left) / plotWidth) * (to - from);
    };

    function startDrag(event: PointerEvent<SVGSVGElement>): void {
        if (!onBrush || frozen || event.button !== 0) return;
        event.currentTarget.setPointerCapture(event.pointerId);
        const at = timeAt(event);
        setDragged({ from: at, to: at });
    }

    function drag(event: PointerEvent<SVGSVGElement>): void {
        if (dragged) setDragged({ from: dragged.from, to: timeAt(event) });
    }

    function endDrag(): void {
        if (!dragged) return;
        const [first, last] = [snap(Math.min(dragged.from, dragged.to)), snap(Math.max(dragged.from, dragged.to))];
        setDragged(null);
        if (last > first) onBrush?.({ from: first, to: last });
        else onBrush?.(null);
    }

    function moveHandle(event: KeyboardEvent, side: 'from' | 'to'): void {
        const current = brush ?? { from, to };
        const step = event.shiftKey ? bucket * 10 : bucket;
        const next = { ...current };
        if (event.key === 'ArrowLeft' || event.key === 'ArrowDown') next[side] = snap(current[side] - step);
        else if (event.key === 'ArrowRight' || event.key === 'ArrowUp') next[side] = snap(current[side] + step);
        else if (event.key === 'Home') next[side] = side === 'from' ? from : current.from + bucket;
        else if (event.key === 'End') next[side] = side === 'to' ? to : current.to - bucket;
        else if (event.key === 'Escape' && brush) {
            event.stopPropagation();
            onBrush?.(null);
            return;
        } else return;
        event.preventDefault();
        if (next.to - next.from >= bucket) onBrush?.(next.from === from && next.to === to ? null : next);
    }

    const span = range ? { from: Math.min(range.from, range.to), to: Math.max(range.from, range.to) } : null;
    const inSight = marks.filter((mark) => mark.at >= from && mark.at <= to).toSorted((a, b) => a.at - b.at);
    /** Its word stands before it. */
    const isNearEnd = (mark: { at: number }) => x(mark.at) > width - MarkRoom - 14;
    const handles = onBrush && !frozen ? (['from', 'to'] as const) : [];
    if (asTable) {
        return (
            <div ref={frame} className={css.chart}>
                <ChartTable
                    label={label}
                    columns={series.map((one) => one.label)}
                    rows={totals.map((_, index) => ({ time: formatTime(from + index * bucket), values: series.map((one) => formatCount(one.values[index] ?? 0)) }))}
                />
                <TableToggle shown onToggle={() => showTable(false)} />
            </div>
        );
    }
    return (
        <div ref={frame} className={css.chart}>
            <svg
                width={width}
                height={height}
                role="img"
                aria-label={label}
                className={classes(css.bars, onBrush && !frozen && css.brushable)}
                onPointerDown={startDrag}
                onPointerMove={drag}
                onPointerUp={endDrag}
                onPointerCancel={() => setDragged(null)}
            >
                {(Number.isInteger(top / 2) ? [0, top / 2, top] : [0, top]).map((value) => (
                    <g key={value}>
                        <line x1={Left} x2={width} y1={y(value)} y2={y(value)} className={css.grid} />
                        <text x={Left - 6} y={y(value) + 3.5} className={css.axisEnd}>{formatCount(value)}</text>
                    </g>
                ))}
                {span && <rect x={x(span.from)} width={Math.max(1, x(span.to) - x(span.from))} y={Top} height={plotHeight} className={css.brushed} />}
                {totals.map((_, index) => {
                    const at = from + index * bucket;
                    const outside = span !== null && (at + bucket <= span.from || at >= span.to);
                    let below = 0;
                    return (
                        <g key={index} className={outside ? css.outside : undefined}>
                            {series.map((one) => {
                                const value = one.values[index] ?? 0;
                                if (value === 0) return null;
                                const bottom = y(below);
                                below += value;
                                return (
                                    <rect key={one.key} x={x(at) + 0.5} width={Math.max(0.6, barWidth - 1)} y={y(below)} height={Math.max(0.75, bottom - y(below))} fill={one.color} />
                                );
                            })}
                        </g>
                    );
                })}
                {times.map((at) => {
                    const place = x(at);
                    if (place < Left + 14 || place > width - 18) return null;
                    return <text key={at} x={place} y={height - 5} className={css.axis}>{axisTime(at, stepSeconds, zone)}</text>;
                })}
                {inSight.map((mark, index) => {
                    const left = isNearEnd(mark);
                    const next = inSight[index + 1];
                    const towardsEachOther = next !== undefined && !left && isNearEnd(next);
                    const hasRoom = next === undefined || x(next.at) - x(mark.at) > MarkRoom * (towardsEachOther ? 2 : 1);
                    return (
                        <g key={`${mark.at} ${mark.label}`}>
                            <title>{mark.label}</title>
                            <line x1={x(mark.at)} x2={x(mark.at)} y1={0} y2={height - Bottom} className={css.mark} />
                            {hasRoom && <text x={x(mark.at) + (left ? -6 : 6)} y={12} className={left ? css.markTextLeft : css.markText}>{mark.label}</text>}
                        </g>
                    );
                })}
            </svg>
            {handles.map((side) => (
                <div
                    key={side}
                    role="slider"
                    tabIndex={0}
                    aria-label={side === 'from' ? componentTexts.chart.from : componentTexts.chart.to}
                    aria-valuemin={from}
                    aria-valuemax={to}
                    aria-valuenow={(span ?? { from, to })[side]}
                    aria-valuetext={formatTime((span ?? { from, to })[side])}
                    className={classes(css.handle, !span && css.handleIdle)}
                    style={{ left: x((span ?? { from, to })[side]) - 12, top: Top, height: plotHeight }}
                    onKeyDown={(event) => moveHandle(event, side)}
                    onPointerDown={(event) => {
                        event.currentTarget.setPointerCapture(event.pointerId);
                    }}
                    onPointerMove={(event) => {
                        if (!event.currentTarget.hasPointerCapture(event.pointerId)) return;
                        const box = frame.current?.getBoundingClientRect();
                        if (!box) return;
                        const at = snap(from + ((event.clientX - box.left - Left) / plotWidth) * (to - from));
                        const next = { ...(brush ?? { from, to }), [side]: at };
                        if (next.to - next.from >= bucket) onBrush?.(next);
                    }}
                />
            ))}
            <TableToggle shown={false} onToggle={() => showTable(true)} />
        </div>
    );
}

function axisTime(at: number, stepSeconds: number, zone: string): string {
    const parts: Intl.DateTimeFormatOptions = { timeZone: zone };
    const midnight = new Intl.DateTimeFormat('en-GB', { timeZone: zone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(at) === '00:00';
    if (stepSeconds >= 86_400 || midnight) return new Intl.DateTimeFormat(undefined, { ...parts, day: 'numeric', month: 'short' }).format(at);
    const seconds: Intl.DateTimeFormatOptions = stepSeconds < 60 ? { second: '2-digit' } : {};
    return new Intl.DateTimeFormat(undefined, { ...parts, hour: '2-digit', minute: '2-digit', hourCycle: 'h23', ...seconds }).format(at);
}
