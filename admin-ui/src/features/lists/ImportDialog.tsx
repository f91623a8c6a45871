// Import in two steps: choose and read, then look at what would change and apply it.
import { useMutation } from '@tanstack/react-query';
import { Download } from 'lucide-react';
import { useState } from 'react';

import { addressOf, api } from '../../api/client';
import { isProblem } from '../../api/problem';
import { Button, ButtonLink } from '../../components/Button';
import { Dialog } from '../../components/Dialog';
import { Field, Select, Textarea, TextField } from '../../components/Field';
import { FormProblem } from '../../components/FormProblem';
import { ProgressBar } from '../../components/ProgressBar';
import { SegmentedControl } from '../../components/Tabs';
import { showToast } from '../../components/Toasts';
import { count } from '../../format/numbers';
import { FileFormFields, plainForm } from './FileFormFields';
import { type DestinationList, type ListImport, pathOf, useRefetchLists } from './lists';
import css from './ListsPage.module.css';
import { listsTexts } from './texts';
import { type ImportMode, type ImportProgress, useImport } from './useImport';

const texts = listsTexts.import;

type Way = keyof typeof texts.ways;

export function ImportDialog({ list, onClose }: { list: DestinationList; onClose(): void }) {
    const refetch = useRefetchLists();
    const { step, read, drop } = useImport(list.name);
    const [way, setWay] = useState<Way>('file');
    const [file, setFile] = useState<File | null>(null);
    const [pasted, paste] = useState('');
    const [url, setUrl] = useState('');
    const [form, setForm] = useState(plainForm);
    const [mode, setMode] = useState<ImportMode>('replace');
    const [missing, setMissing] = useState<string | undefined>(undefined);
    const [note, setNote] = useState('');
    const apply = useMutation({
        mutationFn: (preview: ListImport) => api.post(`${pathOf(list.name)}/import/${preview.id}/apply`, { note }),
        onSuccess: () => {
            showToast({ text: texts.applied });
            void refetch();
            onClose();
        },
    });
    const close = () => {
        if (step.at !== 'choosing') drop();
        onClose();
    };
    const begin = () => {
        const body = way === 'file' ? file : way === 'paste' ? (pasted.trim() ? new Blob([pasted]) : null) : url.trim() ? { url: url.trim() } : null;
        setMissing(body ? undefined : way === 'file' ? texts.fileMissing : way === 'paste' ? texts.pasteMissing : listsTexts.source.urlWrong);
        if (body) void read({ body, form, mode, fileName: way === 'file' && file ? file.name : way === 'paste' ? 'pasted' : url });
    };
    const isSame = step.at === 'preview' && step.preview.adds === 0 && step.preview.removes === 0;
    return (
        <Dialog
            open
            onClose={close}
            title={texts.title(list.name)}
            description={step.at === 'choosing' ? texts.text : undefined}
            insistent={step.at !== 'choosing'}
            footer={
                step.at === 'choosing' ? (
                    <>
                        <Button onClick={close}>{texts.cancel}</Button>
                        <Button variant="primary" onClick={begin}>{texts.read}</Button>
                    </>
                ) : step.at === 'reading' ? (
                    <Button onClick={drop}>{texts.stop}</Button>
                ) : (
                    <>
                        <Button onClick={close}>{texts.cancel}</Button>
                        <Button onClick={drop}>{texts.back}</Button>
                        <Button variant="primary" reason={isSame ? texts.nothing : undefined} busy={apply.isPending} onClick={() => apply.mutate(step.preview)}>{texts.apply}</Button>
                    </>
                )
            }
        >
            {step.at === 'choosing' && (
                <>
                    <FormProblem problem={step.problem} errors={{}} />
                    {step.refused && <Rejected lines={step.refused} />}
                    <SegmentedControl label={texts.from} value={way} onChange={(next) => setWay(next)} options={(Object.keys(texts.ways) as Way[]).map((value) => ({ value, label: texts.ways[value] }))} />
                    {way === 'file' && (
                        <Field label={texts.file} error={missing}>
                            {(ties) => <input {...ties} className={css.file} type="file" accept=".txt,.csv,.list,.hosts,text/*" onChange={(event) => setFile(event.target.files?.[0] ?? null)} />}
                        </Field>
                    )}
                    {way === 'paste' && <Textarea label={texts.paste} rows={6} spellCheck={false} value={pasted} onChange={paste} error={missing} />}
                    {way === 'url' && <TextField label={texts.url} type="url" spellCheck={false} value={url} onChange={setUrl} error={missing} />}
                    <FileFormFields value={form} onChange={setForm} />
                    <Select label={texts.mode} value={mode} onChange={(next) => setMode(next)} options={(Object.keys(texts.modes) as ImportMode[]).map((value) => ({ value, label: texts.modes[value] }))} />
                </>
            )}
            {step.at === 'reading' && <Reading progress={step.progress} fetched={step.fetched} />}
            {step.at === 'preview' && (
                <>
                    <Preview preview={step.preview} />
                    <FormProblem problem={isProblem(apply.error, 'stale') ? new Error(texts.stale) : apply.error} errors={{}} />
                    <TextField label={texts.note} hint={texts.noteHint} value={note} onChange={setNote} maxLength={1000} />
                </>
            )}
        </Dialog>
    );
}

function Reading({ progress, fetched }: { progress: ImportProgress | null; fetched: boolean }) {
    const text = progress ? texts.progress(count(progress.lines), count(progress.linesPerSecond), count(progress.rejected)) : fetched ? texts.fetching : undefined;
    return <ProgressBar label={texts.reading} value={progress?.bytes ?? 0} max={progress?.total_bytes ?? null} {...(text ? { text } : {})} />;
}

function Preview({ preview }: { preview: ListImport }) {
    return (
        <>
            <p className={css.previewLine} role="status">
                <b>{texts.preview(count(preview.adds), count(preview.removes), count(preview.rejected))}</b>{' '}
                {texts.holds(count(preview.entries), count(preview.duplicates))}
            </p>
            <div className={css.samples}>
                <Sample title={texts.adds} entries={preview.sample_adds} all={preview.adds} />
                <Sample title={texts.removes} entries={preview.sample_removes} all={preview.removes} />
            </div>
            <Rejected lines={preview} />
        </>
    );
}

function Sample({ title, entries, all }: { title: string; entries: readonly string[]; all: number }) {
    if (all === 0) return null;
    return (
        <div>
            <h3>{title}</h3>
            {entries.length < all && <p className={css.quiet}>{texts.sample(entries.length, count(all))}</p>}
            <ul className={css.sample} tabIndex={0} aria-label={title}>
                {entries.map((entry) => <li key={entry} className="identifier">{entry}</li>)}
            </ul>
        </div>
    );
}

function Rejected({ lines }: { lines: ListImport }) {
    if (lines.rejected === 0) return null;
    return (
        <div>
            <h3>{texts.rejected}</h3>
            <ul className={css.sample} tabIndex={0} aria-label={texts.rejected}>
                {lines.first_rejected.map((each) => (
                    <li key={each.line}>{texts.line(each.line)}: <code>{each.text}</code> <span className={css.quiet}>{each.reason}</span></li>
                ))}
            </ul>
            <ButtonLink size="small" icon={Download} download href={addressOf(`${pathOf(lines.list)}/import/${lines.id}/rejected`)}>{texts.download}</ButtonLink>
        </div>
    );
}
