import { ArrowRight } from 'lucide-react';
import { Link } from 'wouter';

import type { Schema } from '../../api/types';
import { Chip } from '../../components/Chip';
import { Panel } from '../../components/Panel';
import { useTimes } from '../../shell/useTimes';
import css from './OverviewPage.module.css';
import { overviewTexts as texts } from './texts';

export function VersionsPanel({ versions }: { versions: ReadonlyArray<Schema<'OverviewVersion'>> }) {
    const times = useTimes();
    const live = versions.find((version) => version.live)?.version ?? versions[0]?.version;
    return (
        <Panel title={texts.versions} actions={<Link href="/rules/history" className={css.all}>{texts.history} <ArrowRight aria-hidden="true" size={14} /></Link>}>
            <ul className={css.versions}>
                {versions.map((version) => (
                    <li key={version.version}>
                        <b>v{version.version}</b>
                        <time dateTime={version.published_at}>{times.dayAndTime(version.published_at)}</time>
                        <span>{version.by}</span>
                        <span className={css.note}>{version.note}</span>
                        {version.live ? <Chip tone="allow">{texts.live}</Chip> : (
                            <Link href={`/rules/versions/${version.version}..${live ?? 'live'}`} aria-label={texts.compareLabel(version.version)}>{texts.compare}</Link>
                        )}
                    </li>
                ))}
            </ul>
        </Panel>
    );
}
