// What is done to the draft as a whole: discard it, or put a file in its place.
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';

import { api } from '../../api/client';
import { ApiProblem } from '../../api/problem';
import { Button } from '../../components/Button';
import { Dialog } from '../../components/Dialog';
import { Field } from '../../components/Field';
import { showToast } from '../../components/Toasts';
import { refreshPolicy } from '../../policy/queries';
import { type PolicyDraft, tagOf } from '../../policy/types';
import css from './dialogs.module.css';
import { rulesTexts } from './texts';

interface DraftDialogProps {
    draft: PolicyDraft;
    onClose(): void;
}

export function DiscardDialog({ draft, onClose }: DraftDialogProps) {
    const texts = rulesTexts.discardDialog;
    const client = useQueryClient();
    const [busy, setBusy] = useState(false);
    const [problem, setProblem] = useState<unknown>(null);
    async function discard(): Promise<void> {
        setBusy(true);
        try {
            await api.delete('/policy/draft', { ifMatch: tagOf(draft.etag) });
            await refreshPolicy(client);
            showToast({ text: rulesTexts.discarded });
            onClose();
        } catch (error) {
            setProblem(error);
            void refreshPolicy(client);
        } finally {
            setBusy(false);
        }
    }
    return (
        <Dialog
            open
            size="small"
            onClose={onClose}
            title={texts.title}
            description={texts.description(draft.change_count)}
            footer={
                <>
                    <Button onClick={onClose}>{texts.keep}</Button>
                    <Button variant="danger" busy={busy} onClick={() => void discard()}>{texts.discard}</Button>
                </>
            }
        >
            <Problem problem={problem} />
        </Dialog>
    );
}

export function ImportDialog({ draft, onClose }: DraftDialogProps) {
    const texts = rulesTexts.importDialog;
    const client = useQueryClient();
    const [file, setFile] = useState<File | null>(null);
    const [busy, setBusy] = useState(false);
    const [problem, setProblem] = useState<unknown>(null);
    async function take(): Promise<void> {
        if (!file) return;
        setBusy(true);
        setProblem(null);
        try {
            const document = parsed(await file.text());
            await api.put('/policy/draft/document', document, { ifMatch: tagOf(draft.etag) });
            await refreshPolicy(client);
            showToast({ text: rulesTexts.imported });
            onClose();
        } catch (error) {
            setProblem(error);
        } finally {
            setBusy(false);
        }
    }
    return (
        <Dialog
            open
            onClose={onClose}
            title={texts.title}
            description={texts.description}
            footer={<Button variant="primary" busy={busy} reason={file ? undefined : texts.choose} onClick={() => void take()}>{texts.import}</Button>}
        >
            <Field label={texts.file}>
                {(ties) => <input {...ties} type="file" accept=".json,application/json" onChange={(event) => setFile(event.target.files?.[0] ?? null)} />}
            </Field>
            <Problem problem={problem} />
        </Dialog>
    );
}

function parsed(text: string): unknown {
    try {
        return JSON.parse(text) as unknown;
    } catch {
        throw new Error(rulesTexts.importDialog.notJson);
    }
}

function Problem({ problem }: { problem: unknown }) {
    if (problem === null) return null;
    if (!(problem instanceof ApiProblem) || problem.errors.length === 0) {
        return <p className={css.problem} role="alert">{problem instanceof ApiProblem ? problem.detail || problem.title : (problem as Error).message}</p>;
    }
    return (
        <div className={css.problem} role="alert">
            <p>{rulesTexts.importDialog.problems}</p>
            <ul>{problem.errors.slice(0, 20).map((error) => <li key={error.pointer + error.detail}><code>{error.pointer}</code> {error.detail}</li>)}</ul>
        </div>
    );
}
