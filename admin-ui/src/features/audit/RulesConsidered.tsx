// The rules that were gone through, in order, with the first condition that did not hold.
import { Check, CircleHelp, CirclePause, Minus } from 'lucide-react';
import { useState } from 'react';
import { Link } from 'wouter';

import { classes } from '../../components/classes';
import css from './RulesConsidered.module.css';
import type { SessionDetail } from './requests';
import { auditTexts } from './texts';

const texts = auditTexts.detail;
const icons = { match: Check, no: Minus, unknown: CircleHelp, off: CirclePause } as const;
const MostAtFirst = 12;

export function RulesConsidered({ considered }: { considered: SessionDetail['considered'] }) {
    const [all, setAll] = useState(false);
    if (!considered.available) return <p className={css.note}>{considered.note}</p>;
    const long = considered.rules.length > MostAtFirst;
    // The last ones are the ones that matter: the list ends with the rule that answered.
    const rules = long && !all ? considered.rules.slice(-MostAtFirst) : considered.rules;
    return (
        <>
            {considered.version !== null && <p className={css.note}>{texts.consideredAgain(`v${considered.version}`)}</p>}
            {considered.agrees === false && <p className={css.warning}>{texts.disagrees}</p>}
            {long && (
                <button type="button" className={css.more} aria-expanded={all} onClick={() => setAll(!all)}>
                    {all ? texts.showLess : texts.showAll(considered.rules.length)}
                </button>
            )}
            <ol className={css.rules}>
                {rules.map((rule) => {
                    const Icon = icons[rule.outcome] ?? Minus;
                    return (
                        <li key={`${rule.layer} ${rule.number}`} className={classes(css.rule, css[rule.outcome])}>
                            <Icon aria-hidden="true" size={14} />
                            <div>
                                <p>
                                    <span className={css.number}>{rule.layer} {rule.number || ''}</span>{' '}
                                    {rule.rule_id ? <Link href={`/rules/${encodeURIComponent(rule.rule_id)}`}>{rule.name}</Link> : <b>{texts.defaultRow}</b>}{' '}
                                    <span className={css.outcome}>{texts.outcomes[rule.outcome]}</span>
                                </p>
                                {rule.detail && <p className={css.note}>{rule.detail}</p>}
                            </div>
                        </li>
                    );
                })}
            </ol>
            {considered.not_recorded.length > 0 && <p className={css.note}>{texts.notRecorded(considered.not_recorded.join(', '))}</p>}
            {considered.note && <p className={css.note}>{considered.note}</p>}
        </>
    );
}
