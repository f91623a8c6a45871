// Summary and histogram: how many, by verdict, and when. Brushing selects a part; the rest stays
// dimmed for context until somebody zooms.
import { X, ZoomIn } from 'lucide-react';
import { memo, useMemo } from 'react';

import { Button } from '../../components/Button';
import { Panel } from '../../components/Panel';
import { ErrorState, Skeleton } from '../../components/States';
import { TimeBars } from '../../components/TimeBars';
import { millis } from '../../format/durations';
import { bytes, count, exactCount, percent } from '../../format/numbers';
import { useTimes } from '../../shell/useTimes';
import { layOut, type Verdict } from './histogramLayout';
import css from './HistogramPanel.module.css';
import type { Between, Bounds } from './period';
import { rangeWords } from './periodWords';
import type { Histogram } from './requests';
import { auditTexts } from './texts';

interface Props {
    histogram: Histogram | undefined;
    /** Of the brushed part, or of everything. */
    selection: Histogram | undefined;
    error: unknown;
    onRetry(): void;
    bounds: Bounds;
    brush: Between | null;
    onBrush(brush: Between | null): void;
    onZoom(): void;
    view: 'search' | 'live';
}

const texts = auditTexts.summary;
const colors: Record<Verdict, string> = { deny: 'var(--bar-deny)', error: 'var(--bar-error)', inspect: 'var(--bar-inspect)', allow: 'var(--bar-allow)' };
const words = { deny: texts.denied, inspect: texts.inspected, allow: texts.allowed, error: texts.failed };
/** Deny stands at the bottom of the bars, so that its base is common. */
const stacked = ['deny', 'error', 'inspect', 'allow'] as const;
const spoken = ['deny', 'inspect', 'allow', 'error'] as const;

/** Keys in the table must not draw it again. */
export const HistogramPanel = memo(function HistogramPanel({ histogram, selection, error, onRetry, bounds, brush, onBrush, onZoom, view }: Props) {
    const times = useTimes();
    const layout = useMemo(() => (histogram ? layOut(histogram, bounds) : null), [histogram, bounds]);
    if (error && !histogram) {
        return <Panel className={css.panel}><ErrorState compact what={texts.what} error={error} onRetry={onRetry} /></Panel>;
    }
    if (!histogram || !layout) return <Panel className={css.panel}><Skeleton height={132} /></Panel>;

    const shown = selection ?? histogram;
    const total = totalOf(shown);
    // What was refused moved nothing: that is not the same as no byte. What was ended by a new version
    // is refused, too, and had moved some.
    const moved = total > (shown.totals.deny ?? 0) || Number(shown.rx_bytes) + Number(shown.tx_bytes) > 0;
    const range = (period: Bounds) => rangeWords(period, times.short);
    return (
        <Panel className={css.panel}>
            <div className={css.summary}>
                <p className={css.total} title={exactCount(total)}>
                    <b>{shown.approx ? '≥ ' : ''}{count(total)}</b> {texts.sessions(total)}
                </p>
                <ul className={css.verdicts}>
                    {spoken.map((verdict) => {
                        const amount = shown.totals[verdict] ?? 0;
                        return (
                            <li key={verdict} title={exactCount(amount)}>
                                <i style={{ background: colors[verdict] }} aria-hidden="true" />
                                <b>{count(amount)}</b> {words[verdict]}
                                {verdict === 'deny' && total > 0 && ` (${percent(amount / total)})`}
                            </li>
                        );
                    })}
                </ul>
                <p className={css.bytes}>
                    <span title={texts.received}><span aria-hidden="true">↓</span><span className="visually-hidden">{texts.received}</span> <b>{bytes(moved ? shown.rx_bytes : null)}</b></span>{' '}
                    <span title={texts.sent}><span aria-hidden="true">↑</span><span className="visually-hidden">{texts.sent}</span> <b>{bytes(moved ? shown.tx_bytes : null)}</b></span>
                </p>
                <div className={css.right}>
                    {brush && (
                        <>
                            <Button size="small" icon={ZoomIn} onClick={onZoom}>{texts.zoom}</Button>
                            <Button size="small" icon={X} onClick={() => onBrush(null)}>{texts.clearBrush(range(brush))}</Button>
                        </>
                    )}
                    {shown.approx && <span className={css.approx}>{texts.about(percent(shown.fraction))}</span>}
                    <span title={texts.took(millis(histogram.took_ms))}>{millis(histogram.took_ms)}</span>
                </div>
            </div>
            <TimeBars
                label={texts.chart(exactCount(totalOf(histogram)), exactCount(histogram.totals.deny ?? 0), range(bounds))}
                from={layout.from}
                bucketSeconds={layout.bucketSeconds}
                series={stacked.map((verdict) => ({
                    key: verdict, label: auditTexts.verdicts[verdict] ?? verdict, color: colors[verdict], values: layout.series[verdict],
                }))}
                marks={histogram.marks.map((mark) => ({ at: Date.parse(mark.at), label: texts.published(mark.version) }))}
                brush={brush}
                onBrush={(selected) => onBrush(selected && { kind: 'between', ...selected })}
                frozen={view === 'live'}
                zone={times.zone}
                height={116}
                formatCount={count}
                formatTime={times.exact}
            />
        </Panel>
    );
});

function totalOf({ totals }: Histogram): number {
    return Object.values(totals).reduce((sum, amount) => sum + amount, 0);
}
