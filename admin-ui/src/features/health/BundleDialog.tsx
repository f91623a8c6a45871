import { useMutation } from '@tanstack/react-query';
import { Download } from 'lucide-react';
import { useState } from 'react';

import { addressOf, api } from '../../api/client';
import { cancelJob, isOver, jobIdFrom, useJob } from '../../api/jobs';
import type { Schema } from '../../api/types';
import { Button, ButtonLink } from '../../components/Button';
import { Dialog } from '../../components/Dialog';
import { ProgressBar } from '../../components/ProgressBar';
import { ErrorState } from '../../components/States';
import { bytes } from '../../format/numbers';
import { healthTexts } from './texts';

const texts = healthTexts.bundle;

export function BundleDialog({ onClose }: { onClose(): void }) {
    const [jobId, setJobId] = useState<string | null>(null);
    const start = useMutation({
        mutationFn: async () => jobIdFrom((await api.create('/health/bundle', undefined)).location),
        onSuccess: setJobId,
    });
    const job = useJob<Schema<'SupportBundle'>>(jobId);
    const working = start.isPending || (jobId !== null && !isOver(job.data));
    const made = job.data?.state === 'done' ? job.data.result : null;
    const failed = start.error ?? (job.data?.state === 'failed' ? job.data.problem : null);

    function close(): void {
        if (jobId && working) void cancelJob(jobId).catch(() => undefined);
        onClose();
    }
    return (
        <Dialog
            open
            onClose={close}
            title={texts.title}
            description={texts.text}
            footer={
                <>
                    <Button onClick={close}>{texts.close}</Button>
                    {made ? <ButtonLink variant="primary" icon={Download} download href={addressOf(pathOf(made))}>{texts.download(bytes(made.bytes))}</ButtonLink>
                        : <Button variant="primary" busy={working} onClick={() => start.mutate()}>{texts.make}</Button>}
                </>
            }
        >
            {working && <ProgressBar label={texts.making} value={job.data?.done ?? 0} max={job.data?.total || null} text={texts.making} />}
            {made && <p role="status">{texts.ready}</p>}
            {failed != null && <ErrorState what={texts.failed} error={failed} compact />}
        </Dialog>
    );
}

function pathOf(made: Schema<'SupportBundle'>): string {
    return made.file.startsWith('/') ? made.file : `/health/bundle/${encodeURIComponent(made.id)}/file`;
}
