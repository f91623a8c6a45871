// Brings an earlier version back, as a new one. Shows beforehand what that changes.
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';

import { api } from '../../api/client';
import { ApiProblem, isProblem } from '../../api/problem';
import { Button } from '../../components/Button';
import { Dialog } from '../../components/Dialog';
import { Textarea } from '../../components/Field';
import { ErrorState, Skeleton } from '../../components/States';
import { showToast } from '../../components/Toasts';
import { DifferenceList } from '../../policy/DifferenceList';
import { refreshPolicy, useDiff } from '../../policy/queries';
import type { LivePolicy } from '../../policy/types';
import css from './History.module.css';
import { historyTexts } from './texts';

interface RollBackDialogProps {
    version: number;
    /** What is live as the person sees it. */
    live: number;
    onClose(): void;
}

export function RollBackDialog({ version, live, onClose }: RollBackDialogProps) {
    const texts = historyTexts.roll;
    const client = useQueryClient();
    const diff = useDiff('live', String(version));
    const [note, setNote] = useState('');
    const [busy, setBusy] = useState(false);
    const [problem, setProblem] = useState<string | null>(null);
    const next = live + 1;

    async function rollBack(): Promise<void> {
        setBusy(true);
        setProblem(null);
        try {
            const { data: now, etag } = await api.get<LivePolicy>('/policy/live');
            if (now.version !== live) {
                setProblem(texts.overtaken);
                void refreshPolicy(client);
                return;
            }
            const { data } = await api.post<LivePolicy>('/policy/rollback', { to_version: version, note: note.trim() }, { ifMatch: etag });
            showToast({ text: texts.done(version, data.version) });
            onClose();
            void refreshPolicy(client);
        } catch (error) {
            setProblem(isProblem(error, 'stale') ? texts.overtaken : error instanceof ApiProblem ? error.detail || error.title : String(error));
        } finally {
            setBusy(false);
        }
    }

    return (
        <Dialog
            open
            onClose={onClose}
            title={texts.title(version)}
            description={texts.description(version, next)}
            footer={
                <>
                    <Button onClick={onClose}>{texts.cancel}</Button>
                    <Button variant="primary" busy={busy} reason={note.trim() === '' ? texts.needsNote : undefined} onClick={() => void rollBack()}>{texts.do(next)}</Button>
                </>
            }
        >
            <section className={css.what}>
                <h3>{texts.what}</h3>
                {diff.error ? <ErrorState compact what={texts.what} error={diff.error} onRetry={() => void diff.refetch()} /> : diff.data ? <DifferenceList diff={diff.data} /> : <Skeleton rows={3} />}
            </section>
            <Textarea label={texts.note} hint={texts.noteHint} value={note} onChange={setNote} rows={2} maxLength={1000} autoFocus />
            {problem !== null && <p className={css.problem} role="alert">{problem}</p>}
        </Dialog>
    );
}
