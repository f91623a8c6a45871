// Whether the record chain is whole, with the time of the last check; "Verify now" is a job.
import { ShieldAlert, ShieldCheck, ShieldQuestion } from 'lucide-react';
import { lazy, Suspense, useEffect, useRef } from 'react';

import { isOver, useJob } from '../../api/jobs';
import { classes } from '../../components/classes';
import { Popover } from '../../components/Menu';
import { Skeleton } from '../../components/States';
import { useTimes } from '../../shell/useTimes';
import css from './IntegrityChip.module.css';
import { type Integrity, useIntegrity } from './requests';
import { auditTexts } from './texts';

const IntegrityReport = lazy(() => import('./IntegrityReport'));

const texts = auditTexts.integrity;

export function IntegrityChip() {
    const times = useTimes();
    const { data: integrity, refetch } = useIntegrity();
    const { data: job } = useJob<Integrity>(integrity?.running_job ?? null);
    const over = isOver(job);
    const told = useRef<string | null>(null);
    useEffect(() => {
        if (!over || !job || told.current === job.id) return;
        told.current = job.id;
        void refetch();
    }, [over, job, refetch]);
    if (!integrity) return null;

    const running = integrity.running_job !== null && !over;
    const Icon = integrity.state === 'whole' ? ShieldCheck : integrity.state === 'broken' ? ShieldAlert : ShieldQuestion;
    return (
        <Popover
            title={texts.title}
            align="start"
            trigger={
                <button type="button" className={classes(css.chip, css[integrity.state])}>
                    <Icon aria-hidden="true" size={14} />
                    {running ? texts.running : chipWords(integrity, times.short)}
                </button>
            }
        >
            <Suspense fallback={<Skeleton rows={5} />}><IntegrityReport integrity={integrity} job={job} stage={running ? 'running' : 'at-rest'} /></Suspense>
        </Popover>
    );
}

function chipWords(integrity: Integrity, short: (at: string | null) => string): string {
    switch (integrity.state) {
        case 'whole': return texts.whole(short(integrity.at));
        case 'broken': return texts.broken;
        case 'never': return texts.never;
    }
}
