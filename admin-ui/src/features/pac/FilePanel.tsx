// The file itself: how it is made, the editor, and saving it to the policy's draft.
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';

import { api } from '../../api/client';
import { policyKey } from '../../api/policy';
import { fieldErrors, isProblem } from '../../api/problem';
import { Button } from '../../components/Button';
import { Select, Textarea, TextField } from '../../components/Field';
import { FormProblem } from '../../components/FormProblem';
import { Panel } from '../../components/Panel';
import { StaleDialog } from '../../components/StaleDialog';
import { EmptyState, Skeleton } from '../../components/States';
import { SegmentedControl } from '../../components/Tabs';
import { showToast } from '../../components/Toasts';
import { bytes } from '../../format/numbers';
import { usePolicyNeeds } from '../../policy/PolicyOwner';
import { hunksOf, lineDiff } from './lineDiff';
import { type Pac, pacKey, type PacMode } from './pac';
import type { EditorProblem } from './PacEditor';
import css from './PacPage.module.css';
import { pacTexts as texts } from './texts';

const PacEditor = lazy(() => import('./PacEditor'));

type View = keyof typeof texts.views;
const modes = Object.keys(texts.modes) as PacMode[];

interface Edits {
    mode: PacMode;
    proxy: string;
    direct: string;
}

interface Props {
    pac: Pac;
    view: View;
    onView(view: View): void;
    /** What stands in the editor; undefined: as saved. */
    typed: string | undefined;
    onType(text: string | undefined): void;
    problem: EditorProblem | null;
}

export function FilePanel({ pac, view, onView, typed, onType, problem }: Props) {
    const needs = usePolicyNeeds();
    const client = useQueryClient();
    const [edits, setEdits] = useState<Edits | null>(null);
    const saved: Edits = { mode: pac.draft.mode, proxy: pac.draft.settings.proxy, direct: pac.draft.settings.direct.join('\n') };
    const now = edits ?? saved;
    const dirty = edits !== null || typed !== undefined;
    const refetch = () => client.invalidateQueries({ queryKey: pacKey });
    const drop = () => {
        setEdits(null);
        onType(undefined);
    };
    const save = useMutation({
        mutationFn: () => api.put<Pac>('/pac/draft', bodyOf(now, typed ?? pac.draft.text), { ifMatch: pac.etag }),
        onSuccess: async ({ data }) => {
            client.setQueryData([...pacKey, 'file'], data);
            void client.invalidateQueries({ queryKey: policyKey });
            drop();
            showToast({ text: texts.saved });
        },
    });
    const stale = isProblem(save.error, 'stale');
    const errors = fieldErrors(save.error);
    const draftText = typed ?? pac.draft.text;
    const size = new Blob([draftText]).size;
    const tooLong = now.mode === 'hand_written' && size > pac.most_bytes ? texts.tooLong : undefined;
    const submit = () => {
        if (dirty && !needs && !tooLong) save.mutate();
    };
    return (
        <Panel
            title={texts.file}
            actions={<SegmentedControl label={texts.viewLabel} size="small" value={view} onChange={(next) => onView(next)} options={(Object.keys(texts.views) as View[]).map((value) => ({ value, label: texts.views[value] }))} />}
        >
            {view === 'diff' && <Diff before={pac.live.text} after={draftText} />}
            {view === 'live' && <Editor label={texts.readOnly} value={pac.live.text} />}
            {view === 'draft' && (
                <div className={css.form}>
                    {needs ? <p className={css.quiet}>{texts.modes[now.mode].label}. {texts.modes[now.mode].hint}</p> : (
                        <Select
                            label={texts.mode}
                            hint={texts.modes[now.mode].hint}
                            value={now.mode}
                            onChange={(mode) => {
                                setEdits({ ...now, mode });
                                if (mode !== 'hand_written') onType(undefined);
                            }}
                            options={modes.map((value) => ({ value, label: texts.modes[value].label }))}
                        />
                    )}
                    {now.mode === 'generated' && !needs && (
                        <div className={css.settings}>
                            <TextField label={texts.proxy} hint={texts.proxyHint} spellCheck={false} value={now.proxy} onChange={(proxy) => setEdits({ ...now, proxy })} error={errors['settings.proxy']} />
                            <Textarea label={texts.direct} hint={texts.directHint} rows={4} spellCheck={false} value={now.direct} onChange={(direct) => setEdits({ ...now, direct })} error={directError(errors, now.direct)} />
                        </div>
                    )}
                    {now.mode === 'hand_written' && !needs
                        ? <Editor label={texts.editor} value={draftText} onChange={(text) => onType(text === pac.draft.text && edits === null ? undefined : text)} onSave={submit} problem={problem} />
                        : !dirty && <Editor label={texts.preview} value={pac.draft.text} />}
                    {problem && now.mode === 'hand_written' && <p className={css.problem} role="status">{texts.problemAt(problem.text, problem.line, problem.column)}</p>}
                    {!stale && <FormProblem problem={save.error} errors={errors} />}
                    <div className={css.row}>
                        <Button variant="primary" reason={needs ?? tooLong ?? (dirty ? undefined : texts.same)} busy={save.isPending} onClick={submit}>{texts.save}</Button>
                        {dirty && <Button onClick={drop}>{texts.revert}</Button>}
                        <span className={css.size}>{dirty && <b>{texts.notSaved}. </b>}{texts.bytes(bytes(size), bytes(pac.most_bytes))}</span>
                    </div>
                </div>
            )}
            <StaleDialog
                open={stale}
                onSeeTheirs={() => {
                    save.reset();
                    void refetch();
                    onView('diff');
                }}
                onDropMine={() => {
                    save.reset();
                    drop();
                    void refetch();
                }}
            />
        </Panel>
    );
}

function bodyOf({ mode, proxy, direct }: Edits, text: string) {
    if (mode === 'from_settings') return { mode };
    if (mode === 'hand_written') return { mode, text };
    return { mode, settings: { proxy: proxy.trim(), direct: linesOf(direct) } };
}

function linesOf(text: string): string[] {
    return text.split(/[\s,]+/).filter((line) => line !== '');
}

/** "settings.direct.2" is the third line. */
function directError(errors: Readonly<Record<string, string>>, direct: string): string | undefined {
    const found = Object.entries(errors).find(([name]) => name.startsWith('settings.direct'));
    if (!found) return undefined;
    const line = linesOf(direct)[Number(found[0].split('.')[2])];
    return line !== undefined && !found[1].includes(line) ? `"${line}" ${found[1]}` : found[1];
}

function Editor(props: { label: string; value: string; onChange?(text: string): void; onSave?(): void; problem?: EditorProblem | null }) {
    return (
        <div className={css.editorFrame}>
            <Suspense fallback={<div className={css.pad}><Skeleton rows={10} /></div>}><PacEditor {...props} /></Suspense>
        </div>
    );
}

function Diff({ before, after }: { before: string; after: string }) {
    if (before === after) return <EmptyState>{texts.diff.none}</EmptyState>;
    return (
        <pre className={css.diff} tabIndex={0} role="region" aria-label={texts.diff.label}>
            {hunksOf(lineDiff(before, after)).map((line, index) =>
                line === null ? <span key={index} className={css.gap}>⋯</span> : (
                    <span key={index} className={css[line.kind]}>
                        {line.kind !== 'same' && <span className="visually-hidden">{texts.diff[line.kind]}: </span>}
                        <span aria-hidden="true">{line.kind === 'added' ? '+' : line.kind === 'removed' ? '−' : ' '} </span>
                        {line.text}
                    </span>
                ))}
        </pre>
    );
}
