import { CircleCheck, CircleX, TriangleAlert } from 'lucide-react';
import { useEffect, useRef } from 'react';

import type { Schema } from '../../api/types';
import { classes } from '../../components/classes';
import { Panel } from '../../components/Panel';
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
            <div className={css.scroll} tabIndex={0} role="region" aria-label={texts.table(texts.checks)}>
                <table className={css.checks}>
                    <thead>
                        <tr>
                            <th scope="col">{texts.columns.state}</th>
                            <th scope="col">{texts.columns.check}</th>
                            <th scope="col">{texts.columns.value}</th>
                            <th scope="col">{texts.columns.threshold}</th>
                            <th scope="col">{texts.columns.since}</th>
                        </tr>
                    </thead>
                    <tbody>
                        {checks.map((check) => {
                            const Icon = icons[check.state];
                            return (
                                <tr key={check.id} ref={check.id === shown ? pointed : undefined} className={classes(check.id === shown && css.shown)}>
                                    <td>
                                        <span className={classes(css.state, css[check.state])}>
                                            <Icon aria-hidden="true" size={15} /> {texts.states[check.state]}
                                        </span>
                                    </td>
                                    <th scope="row">
                                        {check.title}
                                        <span className={css.text}>{check.text}</span>
                                    </th>
                                    <td>{check.value}</td>
                                    <td className={css.quiet}>{check.threshold || '–'}</td>
                                    <td className={css.quiet}>{check.since ? times.dayAndTime(check.since) : texts.sinceStart}</td>
                                </tr>
                            );
                        })}
                    </tbody>
                </table>
            </div>
        </Panel>
    );
}
