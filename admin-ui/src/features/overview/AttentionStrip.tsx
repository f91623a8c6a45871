import { Clock, Database, HeartPulse, Link2Off, RefreshCwOff, TrendingUp, TriangleAlert, type LucideIcon } from 'lucide-react';
import { Link } from 'wouter';

import type { Schema } from '../../api/types';
import { classes } from '../../components/classes';
import css from './OverviewPage.module.css';
import { overviewTexts as texts } from './texts';

type Attention = Schema<'Attention'>;

const icons: Record<Attention['kind'], LucideIcon> = {
    'denial-rate': TrendingUp,
    'audit-behind': Database,
    'disk-filling': Database,
    'rule-expiring': Clock,
    'chain-broken': Link2Off,
    'feed-stale': RefreshCwOff,
    health: HeartPulse,
};

/** Only there when something needs somebody. */
export function AttentionStrip({ items }: { items: readonly Attention[] }) {
    if (items.length === 0) return null;
    const worst = items.some((item) => item.state === 'bad') ? css.bad : css.warn;
    return (
        <section className={classes(css.attention, worst)} aria-label={texts.attention}>
            <ul>
                {items.map((item) => {
                    const Icon = icons[item.kind] ?? TriangleAlert;
                    return (
                        <li key={`${item.kind} ${item.text}`} className={item.state === 'bad' ? css.bad : css.warn}>
                            <Icon aria-hidden="true" size={16} />
                            <span>
                                {item.text} <Link href={item.link} aria-label={`${texts.look}: ${item.text}`}>{texts.look}</Link>
                            </span>
                        </li>
                    );
                })}
            </ul>
        </section>
    );
}
