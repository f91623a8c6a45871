// Why, first: the sentence, and what can be done about it.
import { Plus, ScanSearch, Split } from 'lucide-react';
import { useLocation } from 'wouter';

import { ApiProblem } from '../../api/problem';
import { Button, ButtonLink } from '../../components/Button';
import { classes } from '../../components/classes';
import { showToast } from '../../components/Toasts';
import { usePolicyNeeds } from '../../policy/PolicyOwner';
import { useAddException } from './acts';
import type { SessionDetail } from './requests';
import { auditTexts } from './texts';
import css from './WhyCard.module.css';
import { whatIfAddress } from './whatIfAddress';

const texts = auditTexts.detail;

export function WhyCard({ detail }: { detail: SessionDetail }) {
    const { why, row } = detail;
    const replay = whatIfAddress(detail);
    const outdated = detail.policy_is_live === false && row.policy_version !== null;
    return (
        <section className={classes(css.card, css[row.verdict])}>
            <h3>{why.title}</h3>
            {why.sentence !== '' && <p>
                {why.parts.length > 0
                    ? why.parts.map((part, index) =>
                        part.kind && part.kind !== 'plain' ? <b key={index}>{part.text}</b> : <span key={index}>{part.text}</span>)
                    : why.sentence}
            </p>}
            <div className={css.actions}>
                {replay && <ButtonLink size="small" icon={Split} href={replay}>{texts.replay}</ButtonLink>}
                {row.verdict === 'deny' && <AddException id={detail.id} />}
                {row.rule?.id && <ButtonLink size="small" icon={ScanSearch} href={`/rules/${encodeURIComponent(row.rule.id)}`}>{texts.openRule}</ButtonLink>}
            </div>
            {outdated && replay && <p className={css.note}>{texts.replayOld(`v${row.policy_version}`)}</p>}
        </section>
    );
}

function AddException({ id }: { id: string }) {
    const [, navigate] = useLocation();
    const needs = usePolicyNeeds();
    const add = useAddException();
    return (
        <Button
            size="small"
            icon={Plus}
            reason={needs}
            busy={add.isPending}
            onClick={() =>
                add.mutate(id, {
                    onSuccess: (rule) => {
                        showToast({ text: texts.exceptionAdded });
                        navigate(rule.id ? `/rules/${encodeURIComponent(rule.id)}` : '/rules');
                    },
                    onError: (error) =>
                        showToast({ tone: 'problem', text: error instanceof ApiProblem && error.detail ? error.detail : error.message }),
                })}
        >
            {texts.exception}
        </Button>
    );
}
