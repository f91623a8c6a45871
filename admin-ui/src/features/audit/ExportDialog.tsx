// Export what is searched for: a job on the server, and a file among the exports afterwards.
import { useState } from 'react';
import * as v from 'valibot';
import { useLocation } from 'wouter';

import { Button } from '../../components/Button';
import { Dialog } from '../../components/Dialog';
import { RadioCards, Select, TextField } from '../../components/Field';
import { FormProblem } from '../../components/FormProblem';
import { showToast } from '../../components/Toasts';
import { useForm } from '../../components/useForm';
import { useStartExport } from './acts';
import type { Question } from './requests';
import { auditTexts } from './texts';

interface Props {
    question: Question;
    /** The filter in words. */
    words: string;
    /** "4,580", when it is known. */
    total: string | null;
    onClose(): void;
}

const texts = auditTexts.export;
const Formats = ['csv', 'jsonl', 'ecs', 'ocsf'] as const;
const Rows = ['sessions', 'events'] as const;
const schema = v.object({ format: v.picklist(Formats), rows: v.picklist(Rows), note: v.pipe(v.string(), v.trim(), v.maxLength(500)) });

export default function ExportDialog({ question, words, total, onClose }: Props) {
    const [, navigate] = useLocation();
    const start = useStartExport();
    // The end is fixed when the dialog opens, so that the file is what was counted.
    const [end] = useState(() => question.to ?? new Date().toISOString());
    const form = useForm({
        schema,
        initial: { format: 'csv', rows: 'sessions', note: '' },
        submit: async ({ format, rows, note }) => {
            await start.mutateAsync({ format, rows, note, filter: exportFilter({ ...question, to: end }) });
            showToast({ text: texts.started, action: { label: texts.open, run: () => navigate('/audit/exports') } });
            onClose();
        },
    });
    return (
        <Dialog
            open
            onClose={onClose}
            title={texts.title}
            description={texts.description}
            footer={<Button type="submit" form="export-sessions" variant="primary" busy={form.busy}>{texts.submit}</Button>}
        >
            <form id="export-sessions" onSubmit={form.onSubmit} noValidate style={{ display: 'grid', gap: 12 }}>
                <FormProblem problem={form.problem} errors={form.errors} />
                <p>{texts.filter}: <b>{words || texts.everything}</b>{total !== null && `. ${texts.what(total)}`}</p>
                <Select
                    label={texts.format}
                    value={form.values.format}
                    onChange={(format) => form.set('format', format)}
                    options={Formats.map((value) => ({ value, label: texts.formats[value] }))}
                />
                <RadioCards
                    label={texts.rows}
                    value={form.values.rows}
                    onChange={(rows) => form.set('rows', rows)}
                    options={Rows.map((value) => ({ value, label: texts.rowChoices[value] }))}
                />
                <TextField label={texts.note} hint={texts.noteHint} {...form.field('note')} />
            </form>
        </Dialog>
    );
}

/** As the query of GET /audit/sessions. */
export function exportFilter({ filter, from, to }: Question): string {
    const params = new URLSearchParams({ from });
    if (to) params.set('to', to);
    for (const [name, value] of Object.entries(filter)) for (const each of [value].flat()) params.append(name, each);
    return params.toString();
}
