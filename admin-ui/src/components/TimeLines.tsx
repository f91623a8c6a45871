// TimeLines: values over time as lines, with a read-out under the pointer.
import { type PointerEvent, useState } from 'react';

import css from './charts.module.css';
import { ChartTable, TableToggle } from './ChartTable';
import { roundTop } from './chartScale';
import { useWidth } from './useWidth';

export interface LineSeries {
    key: string;
    label: string;
    color: string;
    /** null: not known then; the line has a gap. */
    values: ReadonlyArray<number | null>;
    /** Filled down to zero. */
    area?: boolean;
}

interface Props {
    label: string;
    series: readonly LineSeries[];
    /** Words along the x axis, evenly spread: −60 min … now. */
    xLabels: readonly string[];
    /** Of one point, for the read-out and the table. */
    timeOf(index: number): string;
    format(value: number): string;
    /** On the y axis; without unit. */
    formatAxis?(value: number): string;
    height?: number;
}

const Right = 4;
/** Along the x axis, for one label. */
const LabelRoom = 62;
const Bottom = 20;
const Top = 8;

export function TimeLines({ label, series, xLabels, timeOf, format, formatAxis = format, height = 166 }: Props) {
    const [frame, width] = useWidth<HTMLDivElement>(560);
    const [asTable, showTable] = useState(false);
    const [pointed, point] = useState<number | null>(null);
    const count = Math.max(0, ...series.map((one) => one.values.length));
    const top = roundTop(Math.max(0, ...series.flatMap((one) => one.values.map((value) => value ?? 0))));
    // Where the half rounds to the whole (1 bit/s) it is left out.
    const marks = formatAxis(top / 2) === formatAxis(top) ? [0, top] : [0, top / 2, top];
    const left = 10 + 6 * Math.max(...marks.map((value) => formatAxis(value).length)); // an axis digit is 6 px wide
    const plotWidth = Math.max(10, width - left - Right);
    const plotHeight = height - Top - Bottom;
    const labelStep = Math.ceil((LabelRoom * (xLabels.length - 1)) / plotWidth) || 1;
    const x = (index: number) => left + (count < 2 ? plotWidth : (index / (count - 1)) * plotWidth);
    const y = (value: number) => Top + plotHeight * (1 - value / top);

    if (asTable) {
        return (
            <div ref={frame} className={css.chart}>
                <ChartTable
                    label={label}
                    columns={series.map((one) => one.label)}
                    rows={Array.from({ length: count }, (_, index) => ({
                        time: timeOf(index),
                        values: series.map((one) => (one.values[index] == null ? '–' : format(one.values[index]))),
                    }))}
                />
                <TableToggle shown onToggle={() => showTable(false)} />
            </div>
        );
    }
    function follow(event: PointerEvent<SVGSVGElement>): void {
        const box = event.currentTarget.getBoundingClientRect();
        const index = Math.round(((event.clientX - box.left - left) / plotWidth) * (count - 1));
        point(index >= 0 && index < count ? index : null);
    }
    return (
        <div ref={frame} className={css.chart}>
            <svg width={width} height={height} role="img" aria-label={label} onPointerMove={follow} onPointerLeave={() => point(null)}>
                {marks.map((value) => (
                    <g key={value}>
                        <line x1={left} x2={width - Right} y1={y(value)} y2={y(value)} className={css.grid} />
                        <text x={left - 6} y={y(value) + 3.5} className={css.axisEnd}>{formatAxis(value)}</text>
                    </g>
                ))}
                {series.map((one) => {
                    const runs = runsOf(one.values);
                    return (
                        <g key={one.key}>
                            {one.area && runs.map(([first, last]) => (
                                <path key={first} d={`M${x(first)},${y(0)} ${line(one.values, first, last, x, y, 'L')} L${x(last)},${y(0)} Z`} fill={one.color} className={css.area} />
                            ))}
                            {runs.map(([first, last]) => (
                                <path key={first} d={line(one.values, first, last, x, y, 'M')} stroke={one.color} className={first === last ? css.point : css.line} />
                            ))}
                        </g>
                    );
                })}
                {xLabels.map((text, index) => (xLabels.length - 1 - index) % labelStep === 0 && (
                    <text
                        key={text}
                        x={left + (plotWidth * index) / Math.max(1, xLabels.length - 1)}
                        y={height - 5}
                        className={index === 0 ? css.axisStart : index === xLabels.length - 1 ? css.axisEnd : css.axis}
                    >
                        {text}
                    </text>
                ))}
                {pointed !== null && <line x1={x(pointed)} x2={x(pointed)} y1={Top} y2={Top + plotHeight} className={css.cross} />}
            </svg>
            {pointed !== null && (
                <div className={css.readOut} aria-hidden="true" style={x(pointed) > width / 2 ? { right: width - x(pointed) + 8 } : { left: x(pointed) + 8 }}>
                    <b>{timeOf(pointed)}</b>
                    {series.map((one) => (
                        <span key={one.key}>
                            <i style={{ background: one.color }} />
                            {one.label} {one.values[pointed] == null ? '–' : format(one.values[pointed])}
                        </span>
                    ))}
                </div>
            )}
            <TableToggle shown={false} onToggle={() => showTable(true)} />
        </div>
    );
}

/** Stretches without a gap, as first and last index. */
function runsOf(values: ReadonlyArray<number | null>): Array<[number, number]> {
    const runs: Array<[number, number]> = [];
    values.forEach((value, index) => {
        if (value === null) return;
        const last = runs.at(-1);
        if (last && last[1] === index - 1) last[1] = index;
        else runs.push([index, index]);
    });
    return runs;
}

function line(values: ReadonlyArray<number | null>, first: number, last: number, x: (index: number) => number, y: (value: number) => number, start: 'M' | 'L'): string {
    let path = '';
    for (let index = first; index <= last; index += 1) {
        path += `${index === first ? start : 'L'}${x(index).toFixed(1)},${y(values[index] ?? 0).toFixed(1)}`;
    }
    return first === last ? `${path}h0.1` : path;
}
