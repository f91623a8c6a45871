// The saved questions with the answers that are expected; the draft is asked after every change.
import { useQueryClient } from '@tanstack/react-query';
import { CircleCheck, CircleHelp, MoreHorizontal, Play, TriangleAlert } from 'lucide-react';
import { useState } from 'react';

import { api } from '../../api/client';
import { ApiProblem } from '../../api/problem';
import { Button, IconButton } from '../../components/Button';
import { classes } from '../../components/classes';
import { Menu } from '../../components/Menu';
import { Panel } from '../../components/Panel';
import { Cell, RowName, StackedRow, StackedTable } from '../../components/StackedTable';
import { EmptyState, ErrorState, Skeleton } from '../../components/States';
import { showToast } from '../../components/Toasts';
import { componentTexts } from '../../components/texts';
import { usePolicyNeeds } from '../../policy/PolicyOwner';
import { refreshPolicy, usePolicyTests } from '../../policy/queries';
import { type PolicyTest, type PolicyTestInput, type PolicyTestRun, tagOf, type WhatIfInput } from '../../policy/types';
import type { WhatIfState } from '../../policy/whatIfState';
import { testWords } from '../../policy/warningWords';
import { whatIfTexts } from './texts';
import css from './WhatIf.module.css';

const texts = whatIfTexts.tests;

export function PolicyTests({ onAsk }: { onAsk(state: Partial<WhatIfState>): void }) {
    const tests = usePolicyTests();
    const [live, setLive] = useState<PolicyTestRun | null>(null);
    const [running, setRunning] = useState(false);

    async function runLive(): Promise<void> {
        setRunning(true);
        try {
            setLive((await api.post<PolicyTestRun>('/policy/tests/run', { policy: 'live' })).data);
        } catch (error) {
            complain(error);
        } finally {
            setRunning(false);
        }
    }

    return (
        <div id="tests" className={css.tests}>
            <Panel
                title={texts.title}
                actions={
                    <>
                        {live && <span className={css.quiet} role="status">{texts.ranLive(live.pass, live.pass + live.fail)}</span>}
                        {(tests.data?.length ?? 0) > 0 && <Button size="small" icon={Play} busy={running} onClick={() => void runLive()}>{texts.run}</Button>}
                    </>
                }
            >
                {tests.error && <ErrorState compact what={texts.title} error={tests.error} onRetry={() => void tests.refetch()} />}
                {tests.isPending && <Skeleton rows={3} />}
                {tests.data?.length === 0 && <EmptyState>{texts.empty}</EmptyState>}
                {tests.data && tests.data.length > 0 && (
                    <StackedTable
                        label={texts.table}
                        className={css.testTable}
                        columns={[
                            ...(['state', 'name', 'asks', 'expects', 'got'] as const).map((id) => ({ name: texts.columns[id] })),
                            { name: texts.columns.more, hidden: true },
                        ]}
                    >
                        {tests.data.map((test) => <TestRow key={test.id} test={test} onAsk={onAsk} />)}
                    </StackedTable>
                )}
            </Panel>
        </div>
    );
}

function TestRow({ test, onAsk }: { test: PolicyTest; onAsk(state: Partial<WhatIfState>): void }) {
    const needs = usePolicyNeeds();
    const client = useQueryClient();
    const state = test.result === null ? 'unknown' : test.result.passed ? 'passes' : 'fails';
    const Icon = { unknown: CircleHelp, passes: CircleCheck, fails: TriangleAlert }[state];
    const { input, expect, name } = test as PolicyTestInput;

    async function remove(): Promise<void> {
        try {
            await api.delete(`/policy/tests/${encodeURIComponent(test.id)}`, { ifMatch: tagOf(test.etag) });
            await refreshPolicy(client);
            showToast({
                text: texts.removed(name),
                action: { label: componentTexts.undo, run: () => void api.create('/policy/tests', { name, input, expect }).then(() => refreshPolicy(client), complain) },
            });
        } catch (error) {
            complain(error);
        }
    }

    async function change(verdict: 'allow' | 'deny'): Promise<void> {
        try {
            await api.patch(`/policy/tests/${encodeURIComponent(test.id)}`, { expect: { verdict } }, { ifMatch: tagOf(test.etag) });
            await refreshPolicy(client);
            showToast({ text: texts.changed(name) });
        } catch (error) {
            complain(error);
        }
    }

    return (
        <StackedRow>
            <Cell name={texts.columns.state}><span className={classes(css.state, state !== 'unknown' && css[state])}><Icon size={15} aria-hidden="true" />{texts[state]}</span></Cell>
            <RowName><button type="button" className={css.link} title={texts.open(name)} onClick={() => onAsk(stateOf(input))}>{name}</button></RowName>
            <Cell name={texts.columns.asks}>{[input.url ?? input.host, input.user, input.client_ip].filter(Boolean).join(', ')}</Cell>
            <Cell name={texts.columns.expects}>{texts.expects(expect.verdict, expect.rule)}</Cell>
            <Cell name={texts.columns.got}>{test.result && testWords(test.result.text)}{test.result?.hint ? ` ${test.result.hint}` : ''}</Cell>
            <Cell place="after-name">
                <Menu
                    trigger={<IconButton icon={MoreHorizontal} size="small" label={texts.more(name)} />}
                    items={[
                        { label: texts.ask, onSelect: () => onAsk(stateOf(input)) },
                        expect.verdict === 'allow'
                            ? { label: texts.expectDeny, reason: needs, onSelect: () => void change('deny') }
                            : { label: texts.expectAllow, reason: needs, onSelect: () => void change('allow') },
                        { kind: 'separator' },
                        { label: texts.remove, danger: true, reason: needs, onSelect: () => void remove() },
                    ]}
                />
            </Cell>
        </StackedRow>
    );
}

/** Back from a question to the form. */
export function stateOf(input: WhatIfInput): Partial<WhatIfState> {
    return {
        url: input.url ?? `${input.host ?? ''}${input.port ? `:${input.port}` : ''}${input.path ?? ''}`,
        proto: input.url ? 'auto' : input.protocol ?? 'auto',
        user: input.user ?? '',
        ip: input.client_ip ?? '',
        at: input.at ?? '',
        group: input.groups?.join(', ') ?? '',
        address: input.address ?? '',
        sni: input.sni ?? '',
        content: input.content ?? '',
        method: input.method ?? '',
        subprotocol: input.subprotocol ?? '',
        origin: input.origin ?? '',
    };
}

function complain(error: unknown): void {
    showToast({ text: error instanceof ApiProblem ? error.errors[0]?.detail ?? (error.detail || error.title) : String(error), tone: 'problem' });
}
