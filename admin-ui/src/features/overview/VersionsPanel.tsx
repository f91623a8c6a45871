import { ArrowRight } from 'lucide-react';
import { Link } from 'wouter';

import type { Schema } from '../../api/types';
import { Chip } from '../../components/Chip';
import { Panel } from '../../components/Panel';
import { useTimes } from '../../shell/useTimes';
import css from './OverviewPage.module.css';
import { overviewTexts as texts } from './texts';
import { useVersionChanges } from './useOverview';

export function VersionsPanel({ versions }: { versions: ReadonlyArray<Schema<'OverviewVersion'>> }) {
    const times = useTimes();
    const changes = useVersionChanges(versions[0]?.version);
    const live = versions.find((version) => version.live)?.version ?? versions[0]?.version;
    return (
        <Panel title={texts.versions} actions={<Link href="/rules/history" className={css.all}>{texts.history} <ArrowRight aria-hidden="true" size={14} /></Link>}>
            <ul className={css.versions}>
                {versions.map((version) => (
                    <li key={version.version}>
                        <b>v{version.version}</b>
                        <time dateTime={version.published_at}>{times.dayAndTime(version.published_at)}</time>
                        <span>{version.by}</span>
                        <span className={css.note} title={version.note}>{version.note}</span>
                        <Marks version={changes?.find((each) => each.version === version.version)} />
                        {version.live ? <Chip tone="allow">{texts.live}</Chip> : (
                            <Link href={`/rules/versions/${version.version}..${live ?? 'live'}`} aria-label={texts.compareLabel(version.version)}>{texts.compare}</Link>
                        )}
                    </li>
                ))}
            </ul>
        </Panel>
    );
}

/** +1 ~1 ⇅1; the history tells more. */
function Marks({ version }: { version: Schema<'PolicyVersion'> | undefined }) {
    if (!version?.changes) return <span />;
    const { added, removed, edited, moved, other } = version.changes;
    const marks = ([['added', added], ['removed', removed], ['edited', edited], ['moved', moved], ['other', other]] as const)
        .flatMap(([kind, count]) => (count > 0 ? [texts.mark[kind](count)] : []));
    const isBack = version.kind === 'rollback';
    const words = isBack ? texts.rolledBack : texts.marks(added, removed, edited, moved, other);
    return (
        <span className={css.marks} title={words}>
            <span aria-hidden="true">{isBack ? texts.mark.back : marks.join(' ')}</span>
            <span className="visually-hidden">{words}</span>
        </span>
    );
}
