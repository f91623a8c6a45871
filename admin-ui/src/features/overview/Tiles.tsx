// Five figures; each leads to the sessions behind it.
import { ArrowDown, ArrowUp, CircleCheck, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { Link } from 'wouter';

import type { Schema } from '../../api/types';
import { classes } from '../../components/classes';
import { micros } from '../../format/durations';
import { count, exactCount, NotApplicable, percentNumber, perSecond } from '../../format/numbers';
import { useTimes } from '../../shell/useTimes';
import { changeSince, measuredSince, peakOf } from './comparison';
import css from './OverviewPage.module.css';
import { overviewTexts } from './texts';
import type { Metrics, Span } from './useOverview';

const texts = overviewTexts.tiles;

interface Props {
    tiles: Schema<'OverviewTiles'>;
    series: Schema<'OverviewSeries'>;
    metrics: Metrics | null;
    span: Span;
}

export function Tiles({ tiles, series, metrics, span }: Props) {
    const times = useTimes();
    const open = metrics?.open ?? tiles.open_sessions;
    const fresh = metrics?.new_per_s ?? tiles.new_per_s;
    const p99 = tiles.decision_p99_us;
    const version = metrics?.policy_version ?? tiles.policy_version;
    const workers = metrics?.workers ?? tiles.workers;
    const on = metrics?.workers_on_policy ?? tiles.workers_on_policy;
    const everywhere = on === workers;
    const peak = peakOf(series);
    const began = measuredSince(series);
    const when = began === null ? texts.inSpan : texts.since(times.short(began));
    return (
        <section className={css.tiles} aria-label={texts.label}>
            <Tile title={texts.open} href="/sessions" value={count(open)} full={exactCount(open)} more={peak === null || peak.open < open ? tiles.sessions_in_span === 0 ? texts.none(when) : texts.openMore(count(tiles.sessions_in_span), when) : texts.peak(count(peak.open), times.short(peak.at))} />
            <Tile title={texts.fresh} href={`/audit?last=${span}`} value={perSecond(fresh)} unit={texts.perSecond} more={p99 === null ? texts.noDecision : texts.p99(micros(p99))} />
            <ShareTile title={texts.denied} verdict="deny" percent={tiles.denied_percent} before={tiles.denied_percent_before} part={tiles.denied_in_span} all={tiles.sessions_in_span} when={when} span={span} />
            <ShareTile title={texts.failed} verdict="error" percent={tiles.failed_percent} before={tiles.failed_percent_before} part={tiles.failed_in_span} all={tiles.sessions_in_span} when={when} span={span} />
            <Tile
                title={texts.policy}
                href="/rules"
                value={`v${version}`}
                more={
                    <span className={classes(css.state, everywhere ? css.good : css.warn)}>
                        {everywhere ? <CircleCheck aria-hidden="true" size={14} /> : <TriangleAlert aria-hidden="true" size={14} />}
                        {everywhere ? texts.active(workers) : texts.partly(on, workers)}
                    </span>
                }
            />
        </section>
    );
}

interface ShareTileProps {
    title: string;
    verdict: 'deny' | 'error';
    percent: number | null;
    /** The same span earlier. */
    before: number | null;
    part: number;
    all: number;
    /** The time they are counted in. */
    when: string;
    span: Span;
}

/** A share of the sessions, and how it was before; without a before, of how many it is. */
function ShareTile({ title, verdict, percent, before, part, all, when, span }: ShareTileProps) {
    const text = percentNumber(percent === null ? null : percent / 100);
    const change = changeSince(before, percent);
    const of = all === 0 ? texts.none(when) : texts.ofSessions(count(part), count(all), all === 1 ? texts.session : texts.sessions);
    return (
        <Tile
            title={title}
            href={`/audit?last=${span}&verdict=${verdict}`}
            value={text}
            unit={text === NotApplicable ? '' : ' %'}
            full={of}
            more={change === null ? of : (
                <span className={classes(css.state, change.way === 'above' ? css.worse : css.same)}>
                    {change.way === 'above' && <ArrowUp aria-hidden="true" size={13} />}
                    {change.way === 'below' && <ArrowDown aria-hidden="true" size={13} />}
                    {texts.change[change.way](change.points, texts.earlier[span])}
                </span>
            )}
        />
    );
}

function Tile({ title, href, value, unit, full, more }: { title: string; href: string; value: string; unit?: string; full?: string; more: ReactNode }) {
    return (
        <Link href={href} className={css.tile}>
            <span className={css.tileTitle}>{title}</span>
            <span className={css.value} title={full}>
                {value}
                {unit && <span className={css.unit}>{unit}</span>}
            </span>
            <span className={css.more}>{more}</span>
        </Link>
    );
}
