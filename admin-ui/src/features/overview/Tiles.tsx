// Five figures; each leads to the sessions behind it.
import { CircleCheck, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { Link } from 'wouter';

import type { Schema } from '../../api/types';
import { classes } from '../../components/classes';
import { micros } from '../../format/durations';
import { count, exactCount, NotApplicable, percentNumber, perSecond } from '../../format/numbers';
import css from './OverviewPage.module.css';
import { overviewTexts } from './texts';
import type { Metrics, Span } from './useOverview';

const texts = overviewTexts.tiles;

interface Props {
    tiles: Schema<'OverviewTiles'>;
    metrics: Metrics | null;
    span: Span;
}

export function Tiles({ tiles, metrics, span }: Props) {
    const open = metrics?.open ?? tiles.open_sessions;
    const fresh = metrics?.new_per_s ?? tiles.new_per_s;
    const p99 = tiles.decision_p99_us;
    const version = metrics?.policy_version ?? tiles.policy_version;
    const workers = metrics?.workers ?? tiles.workers;
    const on = metrics?.workers_on_policy ?? tiles.workers_on_policy;
    const everywhere = on === workers;
    return (
        <section className={css.tiles} aria-label={texts.label}>
            <Tile title={texts.open} href="/sessions" value={count(open)} full={exactCount(open)} more={texts.openMore(count(tiles.sessions_in_span))} />
            <Tile title={texts.fresh} href={`/audit?last=${span}`} value={perSecond(fresh)} unit={texts.perSecond} more={p99 === null ? texts.noDecision : texts.p99(micros(p99))} />
            <Tile title={texts.denied} href={`/audit?last=${span}&verdict=deny`} {...share(tiles.denied_percent)} more={texts.ofSessions(count(tiles.denied_in_span), count(tiles.sessions_in_span))} />
            <Tile title={texts.failed} href={`/audit?last=${span}&verdict=error`} {...share(tiles.failed_percent)} more={texts.ofSessions(count(tiles.failed_in_span), count(tiles.sessions_in_span))} />
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

function share(percent: number | null): { value: string; unit: string } {
    const text = percentNumber(percent === null ? null : percent / 100);
    return { value: text, unit: text === NotApplicable ? '' : ' %' };
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
