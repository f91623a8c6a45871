import { CircleCheck, CircleX, TriangleAlert } from 'lucide-react';
import { useEffect, useRef } from 'react';

import type { Schema } from '../../api/types';
import { classes } from '../../components/classes';
import { Panel } from '../../components/Panel';
import { Cell, RowName, StackedRow, StackedTable } from '../../components/StackedTable';
import { useTimes } from '../../shell/useTimes';
import css from './HealthPage.module.css';
import { healthTexts as texts } from './texts';

const icons = { ok: CircleCheck, warn: TriangleAlert, bad: CircleX } as const;

interface Props {
    checks: ReadonlyArray<Schema<'HealthCheck'>>;
    /** The one a link points at. */
    shown: string | null;
}

export function ChecksPanel({ checks, shown }: Props) {
    const times = useTimes();
    const pointed = useRef<HTMLTableRowElement>(null);
    useEffect(() => {
        pointed.current?.scrollIntoView({ block: 'nearest' });
    }, [shown]);
    return (
        <Panel title={texts.checks} flush>
            <StackedTable
                label={texts.table(texts.checks)}
                className={css.checks}
                columns={(['state', 'check', 'value', 'threshold', 'since'] as const).map((id) => ({ name: texts.columns[id] }))}
            >
                {checks.map((check) => {
                    const Icon = icons[check.state];
                    return (
                        <StackedRow key={check.id} ref={check.id === shown ? pointed : undefined} className={classes(check.id === shown && css.shown)}>
                            <Cell place="after-name">
                                <span className={classes(css.state, css[check.state])}>
                                    <Icon aria-hidden="true" size={15} /> {texts.states[check.state]}
                                </span>
                            </Cell>
                            <RowName>
                                {check.title}
                                <span className={css.text}>{check.text}</span>
                            </RowName>
                            <Cell name={texts.columns.value}>{check.value}</Cell>
                            <Cell name={texts.columns.threshold} className={css.quiet}>{check.threshold || '–'}</Cell>
                            <Cell name={texts.columns.since} className={css.quiet}>{check.since ? times.dayAndTime(check.since) : texts.sinceStart}</Cell>
                        </StackedRow>
                    );
                })}
            </StackedTable>
        </Panel>
    );
}
