// What the proxy does now, and whether somebody has to do something about it.
import { useSession } from '../../api/session';
import { PageHeader } from '../../components/Panel';
import { ErrorState, Skeleton } from '../../components/States';
import { SegmentedControl } from '../../components/SegmentedControl';
import { useKeys } from '../../shell/keys';
import { choice } from '../../shell/urlState';
import { usePageTitle } from '../../shell/usePageTitle';
import { useUrlState } from '../../shell/useUrlState';
import { AttentionStrip } from './AttentionStrip';
import { DecisionsPanel, ThroughputPanel } from './charts';
import { DeniedPanels } from './DeniedPanels';
import { FirstVisit } from './FirstVisit';
import { HealthPanel } from './HealthPanel';
import css from './OverviewPage.module.css';
import { overviewTexts as texts } from './texts';
import { Tiles } from './Tiles';
import { type Span, useMetrics, useOverview } from './useOverview';
import { VersionsPanel } from './VersionsPanel';

const spans = ['15m', '1h', '24h', '7d'] as const;
const parts = { span: choice<Span>(spans, '1h') };

export default function OverviewPage() {
    usePageTitle(texts.title);
    const { node } = useSession();
    const [{ span }, setUrl] = useUrlState(parts);
    const query = useOverview(span);
    const metrics = useMetrics();
    const step = (by: number) => {
        const next = spans[spans.indexOf(span) + by];
        if (next) setUrl({ span: next });
    };
    useKeys({ '[': () => step(1), ']': () => step(-1) });
    const overview = query.data;
    return (
        <>
            <PageHeader
                title={texts.title}
                actions={
                    <SegmentedControl
                        label={texts.span.label}
                        value={span}
                        onChange={(next) => setUrl({ span: next })}
                        options={spans.map((value) => ({ value, label: texts.span[value] }))}
                    />
                }
            >
                {texts.lead(node, texts.span.last[span])}
            </PageHeader>
            {query.isError && <ErrorState what={texts.what} error={query.error} onRetry={() => void query.refetch()} />}
            {query.isPending && <LoadingOverview />}
            {overview && (
                <div className={css.regions} aria-busy={query.isPlaceholderData || undefined}>
                    <AttentionStrip items={overview.attention} />
                    {overview.first_visit.session_seen
                        ? <Tiles tiles={overview.tiles} series={overview.series} metrics={metrics} span={span} />
                        : <FirstVisit first={overview.first_visit} />}
                    <div className={css.charts}>
                        <ThroughputPanel series={overview.series} span={span} metrics={metrics} />
                        <DecisionsPanel series={overview.series} span={span} metrics={metrics} />
                    </div>
                    <div className={css.lists}>
                        <DeniedPanels denied={overview.top_denied} span={span} />
                        <HealthPanel checks={overview.health} />
                    </div>
                    <VersionsPanel versions={overview.versions} />
                </div>
            )}
        </>
    );
}

function LoadingOverview() {
    return (
        <div className={css.regions}>
            <Skeleton height={88} />
            <div className={css.charts}>
                <Skeleton height={220} />
                <Skeleton height={220} />
            </div>
            <Skeleton height={180} />
        </div>
    );
}
