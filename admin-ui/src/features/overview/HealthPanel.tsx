import { ArrowRight, CircleCheck, CircleX, TriangleAlert } from 'lucide-react';
import { Link } from 'wouter';

import type { Schema } from '../../api/types';
import { Panel } from '../../components/Panel';
import css from './OverviewPage.module.css';
import { overviewTexts as texts } from './texts';

const icons = { ok: CircleCheck, warn: TriangleAlert, bad: CircleX } as const;
const MostShown = 6;

export function HealthPanel({ checks }: { checks: ReadonlyArray<Schema<'HealthCheck'>> }) {
    return (
        <Panel title={texts.health} actions={<Link href="/health" className={css.all}>{texts.allChecks} <ArrowRight aria-hidden="true" size={14} /></Link>}>
            <ul className={css.checks}>
                {checks.slice(0, MostShown).map((check) => {
                    const Icon = icons[check.state];
                    return (
                        <li key={check.id} className={css[check.state]}>
                            <Icon aria-hidden="true" size={16} />
                            <Link href={`/health?check=${encodeURIComponent(check.id)}`} title={check.text}>
                                <span className="visually-hidden">{check.state}: </span>
                                {check.title}
                            </Link>
                            <span className={css.checkValue}>{check.value}</span>
                        </li>
                    );
                })}
            </ul>
        </Panel>
    );
}
