import type { Schema } from '../../api/types';
import { Legend } from '../../components/Legend';
import { Panel } from '../../components/Panel';
import { TimeLines } from '../../components/TimeLines';
import { count, perSecond, rate } from '../../format/numbers';
import { useTimes } from '../../shell/useTimes';
import { overviewTexts as texts } from './texts';
import type { Metrics, Span } from './useOverview';

interface Props {
    series: Schema<'OverviewSeries'>;
    span: Span;
    metrics: Metrics | null;
}

const minus = '−';
const axis: Record<Span, readonly string[]> = {
    '15m': [15, 10, 5].map((minutes) => `${minus}${minutes} min`),
    '1h': [60, 45, 30, 15].map((minutes) => `${minus}${minutes} min`),
    '24h': [24, 18, 12, 6].map((hours) => `${minus}${hours} h`),
    '7d': [7, 6, 5, 4, 3, 2, 1].map((days) => `${minus}${days} d`),
};

export function ThroughputPanel({ series, span, metrics }: Props) {
    const timeOf = useTimeOf(series);
    const down = rate(metrics?.bytes_down_per_s ?? lastOf(series.bytes_down_per_s));
    const up = rate(metrics?.bytes_up_per_s ?? lastOf(series.bytes_up_per_s));
    return (
        <Panel
            title={texts.throughput}
            actions={<Legend items={[{ label: texts.down, color: 'var(--bar-down)', value: down }, { label: texts.up, color: 'var(--bar-up)', value: up }]} />}
        >
            <TimeLines
                label={texts.throughputLabel(down, up)}
                series={[
                    { key: 'down', label: texts.down, color: 'var(--bar-down)', values: series.bytes_down_per_s.map(toBits), area: true },
                    { key: 'up', label: texts.up, color: 'var(--bar-up)', values: series.bytes_up_per_s.map(toBits) },
                ]}
                xLabels={[...axis[span], texts.now]}
                timeOf={timeOf}
                format={(bits) => rate(bits / 8)}
                formatAxis={(bits) => (bits === 0 ? '0' : rate(bits / 8).replace('bit/s', ''))}
            />
        </Panel>
    );
}

export function DecisionsPanel({ series, span, metrics }: Props) {
    const timeOf = useTimeOf(series);
    const now = {
        allow: perSecond(metrics?.allow_per_s ?? lastOf(series.allow_per_s)),
        inspect: perSecond(metrics?.inspect_per_s ?? lastOf(series.inspect_per_s)),
        deny: perSecond(metrics?.deny_per_s ?? lastOf(series.deny_per_s)),
        error: perSecond(metrics?.error_per_s ?? lastOf(series.error_per_s)),
    };
    return (
        <Panel
            title={texts.decisions}
            actions={
                <Legend
                    items={[
                        { label: texts.allow, color: 'var(--bar-allow)', value: now.allow },
                        { label: texts.inspect, color: 'var(--bar-inspect)', value: now.inspect },
                        { label: texts.deny, color: 'var(--bar-deny)', value: now.deny },
                        ...(series.error_per_s.some(Boolean) ? [{ label: texts.error, color: 'var(--bar-error)', value: now.error }] : []),
                    ]}
                />
            }
        >
            <TimeLines
                label={texts.decisionsLabel(now.allow, now.inspect, now.deny)}
                series={[
                    { key: 'allow', label: texts.allow, color: 'var(--bar-allow)', values: series.allow_per_s },
                    { key: 'inspect', label: texts.inspect, color: 'var(--bar-inspect)', values: series.inspect_per_s },
                    { key: 'error', label: texts.error, color: 'var(--bar-error)', values: series.error_per_s },
                    { key: 'deny', label: texts.deny, color: 'var(--bar-deny)', values: series.deny_per_s, area: true },
                ]}
                xLabels={[...axis[span], texts.now]}
                timeOf={timeOf}
                format={(value) => `${perSecond(value)}/s`}
                formatAxis={(value) => (value < 10 && !Number.isInteger(value) ? value.toFixed(1) : count(value))}
            />
        </Panel>
    );
}

function useTimeOf(series: Schema<'OverviewSeries'>): (index: number) => string {
    const times = useTimes();
    const from = new Date(series.from).getTime();
    return (index) => {
        const at = from + index * series.step_s * 1000;
        return series.step_s < 60 ? times.exact(at).replace(/\.\d+$/, '') : times.short(at);
    };
}

/** So that the marks of the axis are round in what it shows. */
function toBits(bytes: number | null): number | null {
    return bytes === null ? null : bytes * 8;
}

function lastOf(values: ReadonlyArray<number | null>): number | null {
    return values.findLast((value) => value !== null) ?? null;
}
