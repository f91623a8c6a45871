// Ends sessions: says how many, asks why, and for many wants the number typed.
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import * as v from 'valibot';

import { api } from '../../api/client';
import { ApiProblem, isProblem } from '../../api/problem';
import type { Schema } from '../../api/types';
import { Button } from '../../components/Button';
import { Dialog } from '../../components/Dialog';
import { TextField, Textarea } from '../../components/Field';
import { FormProblem } from '../../components/FormProblem';
import { showToast } from '../../components/Toasts';
import { useForm } from '../../components/useForm';
import { sessionsTexts } from './texts';
import { type SessionFilter, sessionsKey } from './useLiveSessions';

const texts = sessionsTexts.terminate;
const NeedsTyping = 20;

export type Target = { kind: 'some'; ids: readonly string[] } | { kind: 'filter'; filter: SessionFilter; count: number };

interface Props {
    target: Target;
    /** True when they were told to end. */
    onClose(ended: boolean): void;
}

export function TerminateDialog({ target, onClose }: Props) {
    const client = useQueryClient();
    const [count, setCount] = useState(target.kind === 'some' ? target.ids.length : target.count);
    const [changed, setChanged] = useState(false);
    const form = useForm({
        schema: v.pipe(
            v.object({ reason: v.pipe(v.string(), v.trim(), v.minLength(3, texts.reasonShort), v.maxLength(500)), number: v.string() }),
            v.forward(v.check((input) => count <= NeedsTyping || input.number.replace(/\D/g, '') === String(count), texts.numberWrong(count)), ['number']),
        ),
        initial: { reason: '', number: '' },
        submit: async ({ reason }) => {
            try {
                const ended = await terminate(target, count, reason);
                showToast({ text: texts.done(ended) });
                onClose(true);
                void client.invalidateQueries({ queryKey: sessionsKey });
            } catch (error) {
                const now = isProblem(error, 'conflict') ? Number(error.members.count) : NaN;
                if (!Number.isInteger(now)) throw error;
                setCount(now);
                setChanged(true);
            }
        },
    });
    return (
        <Dialog
            open
            onClose={() => onClose(false)}
            title={texts.title(count)}
            description={changed ? texts.changed(count) : texts.text}
            footer={
                <>
                    <Button onClick={() => onClose(false)}>{texts.cancel}</Button>
                    <Button variant="danger" busy={form.busy} onClick={() => void form.send()}>{texts.submit(count)}</Button>
                </>
            }
        >
            <FormProblem problem={Object.keys(form.errors).length > 0 ? null : form.problem} errors={{}} />
            <Textarea
                label={texts.reason}
                hint={texts.reasonHint}
                rows={2}
                autoFocus
                onKeyDown={(event) => {
                    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) void form.send();
                }}
                {...form.field('reason')}
            />
            {count > NeedsTyping && <TextField label={texts.number} hint={texts.typeNumber(count)} inputMode="numeric" {...form.field('number')} />}
        </Dialog>
    );
}

async function terminate(target: Target, count: number, reason: string): Promise<number> {
    if (target.kind === 'filter') {
        const body = { filter: target.filter, expected_count: count, reason };
        return (await api.post<Schema<'Terminated'>>('/sessions/terminate', body)).data.terminated;
    }
    const answers = await Promise.all(target.ids.map((id) => terminateOne(id, reason)));
    return answers.reduce((sum, one) => sum + one, 0);
}

/** One that has ended by itself meanwhile is no failure. */
async function terminateOne(id: string, reason: string): Promise<number> {
    try {
        return (await api.delete<Schema<'Terminated'>>(`/sessions/${encodeURIComponent(id)}`, { body: { reason } })).data.terminated;
    } catch (error) {
        if (error instanceof ApiProblem && error.status === 404) return 0;
        throw error;
    }
}
