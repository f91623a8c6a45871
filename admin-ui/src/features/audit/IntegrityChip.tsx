// Whether the record chain is whole, with the time of the last check; "Verify now" is a job.
import { ShieldAlert, ShieldCheck, ShieldQuestion } from 'lucide-react';
import { useEffect, useRef } from 'react';

import { cancelJob, isOver, useJob } from '../../api/jobs';
import { useNeeds } from '../../api/session';
import { Button } from '../../components/Button';
import { classes } from '../../components/classes';
import { CopyButton } from '../../components/CodeBlock';
import { DescriptionList } from '../../components/DescriptionList';
import { Popover } from '../../components/Menu';
import { ProgressBar } from '../../components/ProgressBar';
import { exactCount } from '../../format/numbers';
import { useTimes } from '../../shell/useTimes';
import css from './IntegrityChip.module.css';
import { type Integrity, useIntegrity, useVerify } from './requests';
import { auditTexts } from './texts';

const texts = auditTexts.integrity;

export function IntegrityChip() {
    const times = useTimes();
    const { data: integrity, refetch } = useIntegrity();
    const needs = useNeeds('auditor');
    const verify = useVerify();
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
            <p className={css.explain}>{texts.explain}</p>
            <DescriptionList
                items={[
                    { name: texts.state, value: <span className={css[integrity.state]}>{texts.states[integrity.state]}</span> },
                    integrity.at !== null && { name: texts.checked, value: times.full(integrity.at), more: integrity.by ? texts.by(integrity.by) : undefined },
                    integrity.records !== null && {
                        name: texts.records, value: exactCount(integrity.records), more: integrity.verified_to ? texts.upTo(integrity.verified_to) : undefined,
                    },
                    integrity.checkpoints !== null && {
                        name: texts.checkpoints, value: exactCount(integrity.checkpoints), more: integrity.signatures_checked ? texts.signed : texts.unsigned,
                    },
                    integrity.head_hash !== null && {
                        name: texts.head, value: <code className={css.hash}>{integrity.head_hash}</code>, actions: <CopyButton text={integrity.head_hash} />,
                    },
                    integrity.first_bad !== null && {
                        name: texts.firstBad, value: integrity.first_bad.sentence, more: `${integrity.first_bad.file}, ${integrity.first_bad.seq}`,
                    },
                ]}
            />
            {running && job ? (
                <>
                    <ProgressBar label={texts.running} value={job.done} max={job.total} text={texts.progress(exactCount(job.done), exactCount(job.total))} />
                    <Button size="small" reason={needs} onClick={() => void cancelJob(job.id)}>{texts.cancel}</Button>
                </>
            ) : (
                <Button reason={needs} busy={verify.isPending || running} onClick={() => verify.mutate()}>{texts.verify}</Button>
            )}
            {(verify.error || job?.state === 'failed') && <p className={css.broken}>{verify.error?.message ?? texts.failed}</p>}
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
