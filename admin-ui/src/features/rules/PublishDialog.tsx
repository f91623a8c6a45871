// The last look before a draft counts: what changes, what is odd, what the tests say, what it would
// have meant for the last day; then a note, and who knows, a way back if nobody confirms.
import { CircleCheck, TriangleAlert } from 'lucide-react';
import { useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { Link } from 'wouter';

import { api } from '../../api/client';
import { ApiProblem, isProblem } from '../../api/problem';
import { roleReaches, useSession } from '../../api/session';
import { Button } from '../../components/Button';
import { Dialog } from '../../components/Dialog';
import { Checkbox, NumberField, Textarea } from '../../components/Field';
import { ProgressBar } from '../../components/ProgressBar';
import { ErrorState, Skeleton } from '../../components/States';
import { showToast } from '../../components/Toasts';
import { exactCount } from '../../format/numbers';
import { DifferenceList } from '../../policy/DifferenceList';
import { refreshPolicy, useDiff, usePolicyTests } from '../../policy/queries';
import { type LivePolicy, type PolicyDraft, type PolicyImpact, type PolicyWarning, type PublishRequest, tagOf } from '../../policy/types';
import { useImpact } from '../../policy/useImpact';
import { testWords, warningWords } from '../../policy/warningWords';
import { findRule } from './draftEdits';
import css from './PublishDialog.module.css';
import { rulesTexts } from './texts';

interface PublishDialogProps {
    draft: PolicyDraft;
    onClose(): void;
}

export function PublishDialog({ draft, onClose }: PublishDialogProps) {
    const texts = rulesTexts.publish;
    const { role } = useSession();
    const client = useQueryClient();
    const [note, setNote] = useState('');
    const [confirms, setConfirms] = useState(false);
    const [minutes, setMinutes] = useState<number | null>(10);
    const [overrides, setOverrides] = useState(false);
    const [reason, setReason] = useState('');
    const [overrules, setOverrules] = useState(false);
    const [busy, setBusy] = useState(false);
    const [problem, setProblem] = useState<unknown>(null);

    const fails = draft.tests.fail > 0;
    const overtaken = draft.live_version !== draft.base_version;
    const missing = missingFor();

    function missingFor(): string | undefined {
        if (note.trim() === '') return texts.needsNote;
        if (fails && !overrides) return roleReaches(role, 'admin') ? texts.testsFail : texts.testsFailAdmin;
        if (fails && reason.trim() === '') return texts.needsReason;
        if (overtaken && !overrules) return texts.needsOverrule;
        return undefined;
    }

    async function publish(): Promise<void> {
        if (missing !== undefined || busy) return;
        setBusy(true);
        setProblem(null);
        const request: PublishRequest = {
            note: note.trim(),
            ...(confirms && minutes !== null ? { confirm_minutes: minutes } : {}),
            ...(fails ? { override_tests: { reason: reason.trim() } } : {}),
            ...(overtaken ? { overrule_base: true } : {}),
        };
        try {
            const { data } = await api.post<LivePolicy>('/policy/publish', request, { ifMatch: tagOf(draft.etag) });
            showToast({ text: texts.done(data.version) });
            void refreshPolicy(client);
            onClose();
        } catch (error) {
            setProblem(error);
            if (isProblem(error, 'stale') || isProblem(error, 'conflict')) void refreshPolicy(client);
        } finally {
            setBusy(false);
        }
    }

    return (
        <Dialog
            open
            size="large"
            onClose={onClose}
            title={texts.title(draft.live_version + 1)}
            description={texts.description(draft.change_count, draft.base_version)}
            footer={
                <>
                    <Button onClick={onClose}>{texts.notYet}</Button>
                    <Button variant="primary" busy={busy} reason={missing} onClick={() => void publish()}>{texts.publish(draft.live_version + 1)}</Button>
                </>
            }
        >
            <form
                className={css.form}
                onSubmit={(event) => {
                    event.preventDefault();
                    void publish();
                }}
                onKeyDown={(event) => {
                    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) void publish();
                }}
            >
                <Part title={texts.changes}><Changes /></Part>
                <Part title={texts.warnings}><Warnings draft={draft} /></Part>
                <Part title={texts.tests}>
                    <Tests draft={draft} />
                    {fails && roleReaches(role, 'admin') && (
                        <>
                            <Checkbox label={texts.override} checked={overrides} onChange={setOverrides} />
                            {overrides && <Textarea label={texts.overrideReason} value={reason} onChange={setReason} rows={2} />}
                        </>
                    )}
                </Part>
                <Part title={texts.effect}><Effect draft={draft} /></Part>
                {overtaken && (
                    <Part title={texts.overtaken(draft.live_version)}>
                        <Checkbox label={texts.overrule(draft.live_version)} checked={overrules} onChange={setOverrules} />
                    </Part>
                )}
                <Textarea label={texts.note} hint={texts.noteHint} value={note} onChange={setNote} rows={2} maxLength={1000} autoFocus />
                <div className={css.confirm}>
                    <Checkbox label={texts.confirm} hint={texts.confirmHint} checked={confirms} onChange={setConfirms} />
                    {confirms && <NumberField label={texts.minutes} value={minutes} onChange={setMinutes} min={1} max={1440} unit="min" />}
                </div>
                {problem !== null && <p className={css.problem} role="alert">{problemText(problem)}</p>}
            </form>
        </Dialog>
    );
}

function problemText(problem: unknown): string {
    if (!(problem instanceof ApiProblem)) return String(problem);
    if (problem.slug === 'stale') return rulesTexts.publish.stale;
    const details = problem.errors.map((error) => error.detail).join(' ');
    return [problem.detail || problem.title, details].filter(Boolean).join(' ');
}

function Part({ title, children }: { title: string; children: ReactNode }) {
    return (
        <section className={css.part}>
            <h3>{title}</h3>
            {children}
        </section>
    );
}

function Changes() {
    const diff = useDiff('live', 'draft');
    if (diff.error) return <ErrorState compact what={rulesTexts.publish.changes} error={diff.error} onRetry={() => void diff.refetch()} />;
    if (!diff.data) return <Skeleton rows={3} />;
    return <DifferenceList diff={diff.data} />;
}

function Warnings({ draft }: { draft: PolicyDraft }) {
    const worth = draft.warnings.filter((warning) => warning.severity !== 'note');
    if (worth.length === 0) return <Good>{rulesTexts.publish.noWarnings}</Good>;
    // Most rules below a deny are covered in part, and mean to be: told, but not in the way.
    const partly = worth.filter((warning) => warning.kind === 'partly-covered');
    return (
        <>
            <WarningList draft={draft} warnings={worth.filter((warning) => warning.kind !== 'partly-covered')} />
            {partly.length > 0 && (
                <details className={css.partly}>
                    <summary>{rulesTexts.publish.partly(partly.length)}</summary>
                    <WarningList draft={draft} warnings={partly} />
                </details>
            )}
        </>
    );
}

function WarningList({ draft, warnings }: { draft: PolicyDraft; warnings: readonly PolicyWarning[] }) {
    if (warnings.length === 0) return null;
    return (
        <ul className={css.warnings}>
            {warnings.map((warning) => (
                <li key={`${warning.rule_id} ${warning.kind} ${warning.other_rule_id}`}>
                    <TriangleAlert size={14} aria-hidden="true" />
                    <span>{nameOf(draft, warning.rule_id)}: {warningWords(warning, warning.other_rule_id === null ? undefined : findRule(draft, warning.other_rule_id))}</span>
                </li>
            ))}
        </ul>
    );
}

function nameOf(draft: PolicyDraft, id: string): string {
    const rule = findRule(draft, id);
    return rule ? `${rule.number} “${rule.name}”` : id;
}

function Tests({ draft }: { draft: PolicyDraft }) {
    const { pass, fail } = draft.tests;
    const texts = rulesTexts.publish;
    const tests = usePolicyTests();
    if (pass + fail === 0) return <p className={css.quiet}>{texts.noTests} <Link href="/what-if#tests">{texts.addTests}</Link></p>;
    if (fail === 0) return <Good>{rulesTexts.bar.tests(pass, pass)}</Good>;
    const failing = tests.data?.filter((test) => test.result?.passed === false) ?? [];
    return (
        <ul className={css.warnings}>
            <li className={css.bad}><TriangleAlert size={14} aria-hidden="true" /><b>{texts.failing(fail, pass + fail)}</b></li>
            {failing.map((test) => <li key={test.id} className={css.bad}><span aria-hidden="true" /><span>{test.result ? testWords(test.result.text) : test.name}</span></li>)}
        </ul>
    );
}

function Good({ children }: { children: ReactNode }) {
    return <p className={css.good}><CircleCheck size={15} aria-hidden="true" /> {children}</p>;
}

const FewExamples = 8;

function Effect({ draft }: { draft: PolicyDraft }) {
    const { role } = useSession();
    const impact = useImpact(draft.etag, roleReaches(role, 'auditor') && draft.problem === null);
    const texts = rulesTexts.publish;
    if (impact.state === 'failed') return <ErrorState compact what={texts.effect} error={impact.error} />;
    if (!impact.result) return <ProgressBar label={texts.measuring} value={impact.done} max={impact.total} text={texts.measuring} />;
    return <EffectResult result={impact.result} />;
}

function EffectResult({ result }: { result: PolicyImpact }) {
    const texts = rulesTexts.publish;
    const [all, setAll] = useState(false);
    const shown = all ? result.examples : result.examples.slice(0, FewExamples);
    return (
        <>
            <p>
                <b>{texts.effectOf(exactCount(result.changed), exactCount(result.evaluated))}</b>{' '}
                {result.transitions.filter(({ from, to }) => from !== to).map(({ from, to, count }) => texts.transition(from, to, exactCount(count))).join(', ')}
            </p>
            {result.open_sessions !== null && result.open_sessions_ended !== null && (
                <p>{result.open_sessions_ended === 0 ? texts.noneEnd(exactCount(result.open_sessions)) : <Link href="/sessions">{texts.wouldEnd(exactCount(result.open_sessions_ended), exactCount(result.open_sessions))}</Link>}</p>
            )}
            {result.not_decidable > 0 && <p className={css.quiet}>{texts.notDecidable(exactCount(result.not_decidable))}</p>}
            {result.conditions_taken_as_empty.length > 0 && <p className={css.quiet}>{texts.takenAsEmpty(result.conditions_taken_as_empty.join(', '))}</p>}
            {shown.length > 0 && (
                <div className={css.examples} role="region" aria-label={texts.examples} tabIndex={0}>
                    <table>
                        <thead><tr><th scope="col">{texts.host}</th><th scope="col">{texts.now}</th><th scope="col">{texts.then}</th></tr></thead>
                        <tbody>
                            {shown.map((example) => (
                                <tr key={example.session_id}>
                                    <td><Link href={`/audit/${example.session_id}`}>{example.host}:{example.port}</Link></td>
                                    <td>{texts.by(example.from, example.before.rule_name)}</td>
                                    <td>{texts.by(example.to, example.after.rule_name)}</td>
                                </tr>
                            ))}
                        </tbody>
                    </table>
                </div>
            )}
            {!all && result.examples.length > FewExamples && <Button size="small" variant="quiet" onClick={() => setAll(true)}>{texts.moreExamples(result.examples.length - FewExamples)}</Button>}
        </>
    );
}
