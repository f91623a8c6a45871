// What the last check of the record chain said, and the way to check again.
import { cancelJob, type Job } from '../../api/jobs';
import { useNeeds } from '../../api/session';
import { Button } from '../../components/Button';
import { CopyButton } from '../../components/CodeBlock';
import { DescriptionList } from '../../components/DescriptionList';
import { ProgressBar } from '../../components/ProgressBar';
import { exactCount } from '../../format/numbers';
import { useTimes } from '../../shell/useTimes';
import { useVerify } from './acts';
import css from './IntegrityChip.module.css';
import type { Integrity } from './requests';
import { auditTexts } from './texts';

interface Props {
    integrity: Integrity;
    job: Job<Integrity> | undefined;
    stage: 'running' | 'at-rest';
}

const texts = auditTexts.integrity;

export default function IntegrityReport({ integrity, job, stage }: Props) {
    const times = useTimes();
    const needs = useNeeds('auditor');
    const verify = useVerify();
    return (
        <>
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
            {stage === 'running' && job ? (
                <>
                    <ProgressBar label={texts.running} value={job.done} max={job.total} text={texts.progress(exactCount(job.done), exactCount(job.total))} />
                    <Button size="small" reason={needs} onClick={() => void cancelJob(job.id)}>{texts.cancel}</Button>
                </>
            ) : (
                <Button reason={needs} busy={verify.isPending || stage === 'running'} onClick={() => verify.mutate()}>{texts.verify}</Button>
            )}
            {(verify.error || job?.state === 'failed') && <p className={css.broken}>{verify.error?.message ?? texts.failed}</p>}
        </>
    );
}
