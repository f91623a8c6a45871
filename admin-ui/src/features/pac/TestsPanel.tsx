// Addresses, what is expected of them, and what the draft and the live file answer.
import { useMutation, type UseQueryResult, useQueryClient } from '@tanstack/react-query';
import { Check, CircleSlash, Pencil, Plus, TriangleAlert, X } from 'lucide-react';

import { api } from '../../api/client';
import { useNeeds } from '../../api/session';
import { Button, IconButton } from '../../components/Button';
import { Chip } from '../../components/Chip';
import { HostText } from '../../components/HostText';
import { Panel } from '../../components/Panel';
import { Cell, RowName, StackedRow, StackedTable } from '../../components/StackedTable';
import { EmptyState, ErrorState, Skeleton } from '../../components/States';
import { showToast } from '../../components/Toasts';
import { FormProblem } from '../../components/FormProblem';
import { type PacTest, pacTestsKey } from './pac';
import css from './PacPage.module.css';
import type { SandboxAnswer } from './sandbox';
import { TestDialog } from './TestDialog';
import { pacTexts } from './texts';
import type { Results } from './usePacResults';

const texts = pacTexts.tests;

interface Side {
    results: Results;
    broken: boolean;
}

interface Props {
    tests: UseQueryResult<PacTest[]>;
    draft: Side;
    live: Side;
    /** The test in the dialog; "new" for another one. */
    open: string | null;
    onOpen(test: string | null): void;
}

export function TestsPanel({ tests, draft, live, open, onOpen }: Props) {
    const needs = useNeeds('editor');
    const client = useQueryClient();
    const remove = useMutation({
        mutationFn: (test: PacTest) => api.delete(`/pac/tests/${test.id}`, { ifMatch: test.etag }),
        onSuccess: () => {
            showToast({ text: texts.removed });
            void client.invalidateQueries({ queryKey: pacTestsKey });
        },
    });
    const rows = tests.data ?? [];
    const wrong = rows.filter((test) => isAsExpected(test, draft.results.get(test.id)) === false).length;
    const changed = rows.filter((test) => differs(draft.results.get(test.id), live.results.get(test.id))).length;
    const chosen = rows.find((test) => test.id === open);
    return (
        <Panel title={texts.title} actions={<Button size="small" icon={Plus} reason={needs} onClick={() => onOpen('new')}>{texts.add}</Button>}>
            <p className={css.quiet}>{texts.text}</p>
            {draft.broken ? <p className={css.problem} role="status">{texts.noSandbox}</p>
                : rows.length > 0 && draft.results.size > 0 && <p role="status" className={css.summary}>{texts.summary(wrong, changed)}</p>}
            <FormProblem problem={remove.error} errors={{}} />
            {tests.isPending && <Skeleton rows={4} />}
            {tests.isError && !tests.data && <ErrorState what={texts.what} error={tests.error} onRetry={() => void tests.refetch()} compact />}
            {tests.data && rows.length === 0 && <EmptyState>{texts.empty}</EmptyState>}
            {rows.length > 0 && (
                <StackedTable
                    label={texts.label}
                    className={css.table}
                    columns={[
                        ...(['url', 'expected', 'draft', 'live'] as const).map((id) => ({ name: texts.columns[id] })),
                        ...(needs ? [] : [{ name: texts.columns.actions, hidden: true }]),
                    ]}
                >
                    {rows.map((test) => (
                        <StackedRow key={test.id}>
                            <RowName><HostText host={test.url} /></RowName>
                            <Cell name={texts.columns.expected}>{test.expected || <span className={css.quiet}>{texts.nothing}</span>}</Cell>
                            <Cell name={texts.columns.draft}>
                                <Answer answer={draft.results.get(test.id)} expected={isAsExpected(test, draft.results.get(test.id))} />
                                {differs(draft.results.get(test.id), live.results.get(test.id)) && <Chip tone="warning">{texts.differs}</Chip>}
                            </Cell>
                            <Cell name={texts.columns.live}><Answer answer={live.results.get(test.id)} expected={undefined} /></Cell>
                            {!needs && (
                                <Cell place="after-name" className={css.actions}>
                                    <IconButton size="small" icon={Pencil} label={texts.edit(test.url)} onClick={() => onOpen(test.id)} />
                                    <IconButton size="small" icon={X} label={texts.remove(test.url)} onClick={() => remove.mutate(test)} />
                                </Cell>
                            )}
                        </StackedRow>
                    ))}
                </StackedTable>
            )}
            {!needs && (open === 'new' || chosen) && <TestDialog key={open} test={chosen ?? null} onClose={() => onOpen(null)} />}
        </Panel>
    );
}

function Answer({ answer, expected }: { answer: SandboxAnswer | undefined; expected: boolean | undefined }) {
    if (!answer) return <span className={css.quiet}>{texts.running}</span>;
    if (answer.error) {
        return <span className={css.wrong} title={answer.error.text}><TriangleAlert aria-hidden="true" size={13} /> {answer.error.stopped ? texts.stopped : texts.failed}<span className="visually-hidden">: {answer.error.text}</span></span>;
    }
    const Icon = expected === false ? CircleSlash : Check;
    return (
        <span className={expected === false ? css.wrong : expected ? css.right : undefined}>
            {expected !== undefined && <Icon aria-hidden="true" size={13} />} <code>{answer.result}</code>
            {expected !== undefined && <span className="visually-hidden">, {expected ? texts.asExpected : texts.notExpected}</span>}
        </span>
    );
}

/** Undefined: nothing is expected, or it is not known yet. Nobody expects an error. */
function isAsExpected(test: PacTest, answer: SandboxAnswer | undefined): boolean | undefined {
    if (answer?.error) return false;
    if (!test.expected || !answer) return undefined;
    return answer.result !== undefined && spelled(answer.result) === spelled(test.expected);
}

function differs(draft: SandboxAnswer | undefined, live: SandboxAnswer | undefined): boolean {
    return draft?.result !== undefined && live?.result !== undefined && spelled(draft.result) !== spelled(live.result);
}

/** "PROXY a:1; DIRECT": case and blanks mean nothing. */
function spelled(answer: string): string {
    return answer.split(';').map((part) => part.trim().replace(/\s+/g, ' ').toLowerCase()).filter((part) => part !== '').join(';');
}
