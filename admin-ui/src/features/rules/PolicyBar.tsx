// What stands over the list: the draft with what is to be done about it, or, without changes and where
// others own the policy, what is live; and a version that waits to be confirmed.
import { CircleCheck, FileClock, TimerReset, TriangleAlert, Upload } from 'lucide-react';
import { useEffect, useState } from 'react';
import { Link } from 'wouter';

import { useSession } from '../../api/session';
import { Button } from '../../components/Button';
import { classes } from '../../components/classes';
import { ago, seconds } from '../../format/durations';
import { useIsOwnedByPeople, usePolicyNeeds } from '../../policy/PolicyOwner';
import type { LivePolicy, PolicyDraft } from '../../policy/types';
import { useTimes } from '../../shell/useTimes';
import css from './PolicyBar.module.css';
import { rulesTexts } from './texts';

interface PolicyBarProps {
    draft: PolicyDraft;
    live: LivePolicy | undefined;
    onShowRule(id: string): void;
    onDiscard(): void;
    onPublish(): void;
}

export const Unreached: readonly string[] = ['never-reached', 'never-matches', 'contradicting'];

export function PolicyBar({ draft, live, onShowRule, onDiscard, onPublish }: PolicyBarProps) {
    const needs = usePolicyNeeds();
    const ours = useIsOwnedByPeople();
    const { user } = useSession();
    const times = useTimes();
    const texts = rulesTexts.bar;
    if (!ours || !draft.exists || draft.change_count === 0) {
        return (
            <p className={css.live}>
                <CircleCheck size={15} aria-hidden="true" />
                {live ? texts.live(live.version, ago(live.published_at), live.by, live.note) : texts.noChanges}
            </p>
        );
    }
    const unreached = draft.warnings.filter((warning) => Unreached.includes(warning.kind));
    const tests = draft.tests.pass + draft.tests.fail;
    const by = draft.changed_by === user.name ? texts.you : draft.changed_by;
    return (
        <section className={css.draft} aria-label={texts.label}>
            <FileClock size={17} aria-hidden="true" className={css.icon} />
            <p>
                <b>{texts.draftOf(draft.live_version + 1)}</b> {texts.changes(draft.change_count, draft.base_version)}
                {by && draft.changed_at && `, ${texts.lastBy(by, times.short(draft.changed_at))}`}
            </p>
            <span className={css.facts}>
                {draft.problem !== null && <span className={css.bad}><TriangleAlert size={15} aria-hidden="true" /> {texts.broken(draft.problem)}</span>}
                {draft.live_version !== draft.base_version && <span><TriangleAlert size={15} aria-hidden="true" /> {texts.overtaken(draft.live_version)}</span>}
                {unreached.length > 0 && (
                    <span>
                        <TriangleAlert size={15} aria-hidden="true" />
                        <button type="button" onClick={() => onShowRule(unreached[0]!.rule_id)}>{texts.unreached(unreached.length)}</button>
                    </span>
                )}
                {tests > 0 && (
                    <span className={draft.tests.fail > 0 ? css.bad : css.good}>
                        {draft.tests.fail > 0 ? <TriangleAlert size={15} aria-hidden="true" /> : <CircleCheck size={15} aria-hidden="true" />}
                        <Link href="/what-if#tests">{texts.tests(draft.tests.pass, tests)}</Link>
                    </span>
                )}
            </span>
            <span className={css.actions}>
                <Button size="small" reason={needs} onClick={onDiscard}>{texts.discard}</Button>
                <Button size="small" variant="primary" icon={Upload} reason={needs ?? (draft.problem !== null ? texts.cannotPublish : undefined)} onClick={onPublish}>
                    {texts.review}
                </Button>
            </span>
        </section>
    );
}

interface ConfirmBannerProps {
    awaiting: NonNullable<LivePolicy['awaiting']>;
    busy: boolean;
    onConfirm(): void;
    onRollBack(): void;
}

/** Somebody may have locked everybody out: without a word from a person the old version comes back. */
export function ConfirmBanner({ awaiting, busy, onConfirm, onRollBack }: ConfirmBannerProps) {
    const needs = usePolicyNeeds();
    const left = useSecondsUntil(awaiting.until);
    const times = useTimes();
    const texts = rulesTexts.confirm;
    return (
        <section className={classes(css.draft, css.confirm)} aria-label={texts.label}>
            <TimerReset size={17} aria-hidden="true" className={css.icon} />
            <p>
                <b>{texts.waits(awaiting.version)}</b> {texts.until(awaiting.back_to, times.short(awaiting.until))}{' '}
                <span className={css.clock} aria-hidden="true">{texts.left(seconds(left))}</span>
            </p>
            <span className={css.actions}>
                <Button size="small" reason={needs} onClick={onRollBack}>{texts.back(awaiting.back_to)}</Button>
                <Button size="small" variant="primary" reason={needs} busy={busy} onClick={onConfirm}>{texts.keep(awaiting.version)}</Button>
            </span>
        </section>
    );
}

function useSecondsUntil(at: string): number {
    const [now, setNow] = useState(() => Date.now());
    useEffect(() => {
        const timer = setInterval(() => setNow(Date.now()), 1000);
        return () => clearInterval(timer);
    }, []);
    return Math.max(0, Math.round((Date.parse(at) - now) / 1000));
}
