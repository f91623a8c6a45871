// All checks with what they measure, and the figures of workers, process and disk behind them.
import { useQuery } from '@tanstack/react-query';
import { PackageOpen } from 'lucide-react';
import { useState } from 'react';

import { api } from '../../api/client';
import { useLive } from '../../api/live';
import { useNeeds } from '../../api/session';
import type { Schema } from '../../api/types';
import { Button } from '../../components/Button';
import { PageHeader } from '../../components/Panel';
import { ErrorState, Skeleton } from '../../components/States';
import { optional } from '../../shell/urlState';
import { usePageTitle } from '../../shell/usePageTitle';
import { useUrlState } from '../../shell/useUrlState';
import { BundleDialog } from './BundleDialog';
import { ChecksPanel } from './ChecksPanel';
import { DatabasePanel, ProcessPanel, WorkersPanel } from './figures';
import css from './HealthPage.module.css';
import { healthTexts as texts } from './texts';

const parts = { check: optional() };

export default function HealthPage() {
    const [{ check }] = useUrlState(parts);
    const needs = useNeeds('admin');
    const [bundling, bundle] = useState(false);
    const health = useQuery({
        queryKey: ['health'],
        queryFn: async ({ signal }) => (await api.get<Schema<'Health'>>('/health', { signal })).data,
        refetchInterval: 5_000,
    });
    useLive<Schema<'LiveHealth'>>('health', { onData: () => void health.refetch(), onGap: () => void health.refetch() });
    usePageTitle(texts.title, health.data ? texts.states[health.data.state] : undefined);
    return (
        <>
            <PageHeader title={texts.title} actions={<Button icon={PackageOpen} reason={needs} onClick={() => bundle(true)}>{texts.bundle.start}</Button>}>
                {health.data ? `${texts.overall[health.data.state]} ${texts.lead}` : texts.lead}
            </PageHeader>
            {health.isPending && <Skeleton rows={10} />}
            {health.isError && <ErrorState what={texts.what} error={health.error} onRetry={() => void health.refetch()} />}
            {health.data && (
                <div className={css.regions}>
                    <ChecksPanel checks={health.data.checks} shown={check} />
                    <div className={css.figures}>
                        <WorkersPanel workers={health.data.workers} />
                        <ProcessPanel process={health.data.process} />
                        <DatabasePanel database={health.data.database} />
                    </div>
                </div>
            )}
            {bundling && <BundleDialog onClose={() => bundle(false)} />}
        </>
    );
}
