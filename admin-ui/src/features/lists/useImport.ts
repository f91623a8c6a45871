// An import in its two steps: the server reads the file and says what would change, then it is
// applied. Knows where each stands and how to stop it.
import { useEffect, useRef, useState } from 'react';

import { api } from '../../api/client';
import { cancelJob, isOver, type Job, jobIdFrom, useJob } from '../../api/jobs';
import { ApiProblem } from '../../api/problem';
import type { FileForm } from './FileFormFields';
import { type ListImport, pathOf } from './lists';

export type ImportMode = 'replace' | 'add';

export interface ImportSource {
    form: FileForm;
    mode: ImportMode;
    /** A file or pasted text, or the address the server fetches. */
    body: Blob | { url: string };
    fileName: string;
}

export type ImportProgress = ListImport & { linesPerSecond: number };

export type ImportStep =
    | { at: 'choosing'; problem: unknown; refused: ListImport | null }
    | { at: 'reading'; progress: ImportProgress | null; fetched: boolean }
    | { at: 'preview'; preview: ListImport };

const LookEvery = 500;

export function useImport(list: string) {
    const [step, setStep] = useState<ImportStep>({ at: 'choosing', problem: null, refused: null });
    const [jobId, setJobId] = useState<string | null>(null);
    const running = useRef<{ abort: AbortController; id: string } | null>(null);
    const job = useJob<ListImport>(jobId);

    const fail = (problem: unknown) => setStep({ at: 'choosing', problem, refused: refusedIn(problem) });

    // Left half-way: nothing must be kept of it.
    useEffect(() => () => running.current?.abort.abort(), []);

    async function read(source: ImportSource): Promise<void> {
        const id = newId();
        const abort = new AbortController();
        const seconds = stopwatch();
        running.current = { abort, id };
        setJobId(null);
        const fetched = !(source.body instanceof Blob);
        setStep({ at: 'reading', progress: null, fetched });
        const query = { ...source.form, mode: source.mode, file: source.fileName.slice(-200), import_id: id };
        const watch = fetched ? undefined : setInterval(() => void look(id, seconds), LookEvery);
        try {
            if (source.body instanceof Blob) {
                const { data } = await api.post<ListImport>(`${pathOf(list)}/import`, source.body, { query, signal: abort.signal, headers: { 'Content-Type': 'text/plain' } });
                setStep({ at: 'preview', preview: data });
            } else {
                setJobId(jobIdFrom((await api.post(`${pathOf(list)}/import`, source.body, { query, signal: abort.signal })).location));
            }
        } catch (error) {
            if (!abort.signal.aborted) fail(error);
        } finally {
            clearInterval(watch);
        }
    }

    async function look(id: string, seconds: () => number): Promise<void> {
        try {
            const { data } = await api.get<ListImport>(`${pathOf(list)}/import/${id}`);
            const progress = { ...data, linesPerSecond: Math.round(data.lines / Math.max(0.5, seconds())) };
            setStep((before) => (before.at === 'reading' ? { ...before, progress } : before));
        } catch {
            // Not begun yet, or over: the answer to the import itself says so.
        }
    }

    /** Stops the reading, or drops the preview. */
    function drop(): void {
        const now = running.current;
        if (now) {
            now.abort.abort();
            void api.delete(`${pathOf(list)}/import/${now.id}`).catch(() => undefined);
        }
        if (jobId && !isOver(job.data)) void cancelJob(jobId).catch(() => undefined);
        running.current = null;
        setJobId(null);
        setStep({ at: 'choosing', problem: null, refused: null });
    }

    return { step: step.at === 'reading' && isOver(job.data) ? stepAfter(job.data) : step, read, drop };
}

/** What the server made of an address that it fetched itself. */
function stepAfter({ state, result, problem }: Job<ListImport>): ImportStep {
    if (state === 'done' && result) return { at: 'preview', preview: result };
    return { at: 'choosing', problem, refused: refusedIn(problem) };
}

function refusedIn(problem: unknown): ListImport | null {
    return problem instanceof ApiProblem ? ((problem.members.import as ListImport | undefined) ?? null) : null;
}

function stopwatch(): () => number {
    const begun = Date.now();
    return () => (Date.now() - begun) / 1000;
}

function newId(): string {
    return Array.from(crypto.getRandomValues(new Uint8Array(12)), (value) => value.toString(16).padStart(2, '0')).join('');
}
