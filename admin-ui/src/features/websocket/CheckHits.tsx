// How often a check found something lately, and when last.
import { Spark } from '../../components/Spark';
import { ago } from '../../format/durations';
import { count, exactCount } from '../../format/numbers';
import { websocketTexts } from './texts';
import type { CheckStats } from './useCheckStats';
import css from './WebSocket.module.css';

/** `stats` is missing for a check that never found anything. */
export function CheckHits({ stats }: { stats: CheckStats | undefined }) {
    const { found, bars, never, last } = websocketTexts.hits;
    if (!stats) return <p className={css.hits}>{never}</p>;
    return (
        <p className={css.hits}>
            {stats.bars.some((bar) => bar > 0) && <Spark label={bars(exactCount(stats.hits))} values={stats.bars} width={54} height={14} />}
            <span><b title={exactCount(stats.hits)}>{count(stats.hits)}</b> {found(stats.hits)}</span>
            {stats.last_hit_at && <span title={stats.last_hit_at}>{last(ago(stats.last_hit_at))}</span>}
        </p>
    );
}
