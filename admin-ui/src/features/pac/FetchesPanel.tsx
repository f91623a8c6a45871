// Which networks of clients have fetched the file, and when last.
import type { Schema } from '../../api/types';
import { Panel } from '../../components/Panel';
import { exactCount } from '../../format/numbers';
import { useTimes } from '../../shell/useTimes';
import css from './PacPage.module.css';
import { pacTexts } from './texts';

const texts = pacTexts.fetches;
const Shown = 20;

export function FetchesPanel({ fetches }: { fetches: NonNullable<Schema<'Pac'>['fetches']> }) {
    const times = useTimes();
    return (
        <Panel title={texts.title}>
            <p className={css.quiet}>{fetches.length === 0 ? texts.none : texts.hint}</p>
            {fetches.length > 0 && (
                <table className={css.fetches}>
                    <thead><tr><th>{texts.network}</th><th>{texts.times}</th><th>{texts.last}</th></tr></thead>
                    <tbody>
                        {fetches.slice(0, Shown).map(({ network, count, last_at }) => (
                            <tr key={network}><td>{network}</td><td>{exactCount(count)}</td><td title={times.full(last_at)}>{times.short(last_at)}</td></tr>
                        ))}
                    </tbody>
                </table>
            )}
            {fetches.length > Shown && <p className={css.quiet}>{texts.more(fetches.length - Shown)}</p>}
        </Panel>
    );
}
