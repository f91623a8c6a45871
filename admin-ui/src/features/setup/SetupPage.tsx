// First run: four steps, back works, nothing is saved until the last.
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { ArrowLeft, ArrowRight, Check } from 'lucide-react';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { useSearch } from 'wouter';

import { api } from '../../api/client';
import { isProblem } from '../../api/problem';
import { sessionKey } from '../../api/session';
import type { Schema } from '../../api/types';
import { Button, ButtonLink } from '../../components/Button';
import { classes } from '../../components/classes';
import { DescriptionList } from '../../components/DescriptionList';
import { FormProblem } from '../../components/FormProblem';
import { EmptyState, ErrorState, Skeleton } from '../../components/States';
import { useForm } from '../../components/useForm';
import { Logo } from '../../shell/Logo';
import { shellTexts } from '../../shell/texts';
import { usePageTitle } from '../../shell/usePageTitle';
import { AdminStep } from './AdminStep';
import { Finished } from './Finished';
import { ListenStep } from './ListenStep';
import { PolicyStep } from './PolicyStep';
import css from './SetupPage.module.css';
import { adminSchema, listenSchema, pacUrlOf, policySchema, setupInput, startingValues } from './setup';
import { setupTexts as texts } from './texts';

type Facts = Schema<'SetupFacts'>;

export default function SetupPage() {
    usePageTitle(texts.title);
    const token = new URLSearchParams(useSearch()).get('token') ?? '';
    const check = useQuery({
        queryKey: ['setup', 'check', token],
        queryFn: async ({ signal }) => (await api.post<Facts>('/setup/check', { token }, { signal, onSignedOut: 'fail' })).data,
        enabled: token !== '',
        retry: false,
        staleTime: Infinity,
    });
    return (
        <main className={css.page}>
            <div className={css.brand}>
                <Logo />
                <span>{shellTexts.product}</span>
            </div>
            {token === '' ? <DeadEnd title={texts.noToken}>{texts.noTokenHow}</DeadEnd>
                : check.data ? <Steps token={token} facts={check.data} />
                : check.isPending ? <Skeleton rows={6} />
                : isProblem(check.error, 'not-found') ? <DeadEnd title={texts.done}>{null}</DeadEnd>
                : isProblem(check.error, 'forbidden') ? <DeadEnd title={texts.badLink}>{texts.badLinkHow}</DeadEnd>
                : <ErrorState what={texts.title} error={check.error} onRetry={() => void check.refetch()} />}
        </main>
    );
}

function DeadEnd({ title, children }: { title: string; children: ReactNode }) {
    return (
        <>
            <h1 className="visually-hidden">{texts.title}</h1>
            <EmptyState title={title} action={<ButtonLink href="/sign-in">{texts.toSignIn}</ButtonLink>}>{children}</EmptyState>
        </>
    );
}

function Steps({ token, facts }: { token: string; facts: Facts }) {
    const client = useQueryClient();
    const [step, setStep] = useState(0);
    const [finished, finish] = useState(false);
    const [problem, setProblem] = useState<unknown>(null);
    const [busy, setBusy] = useState(false);
    const heading = useRef<HTMLHeadingElement>(null);
    const initial = startingValues(facts);
    const goOn = async () => {
        setStep((before) => before + 1);
    };
    const admin = useForm({ schema: adminSchema, initial: initial.admin, submit: goOn });
    const listen = useForm({ schema: listenSchema, initial: initial.listen, submit: goOn });
    const policy = useForm({ schema: policySchema, initial: initial.policy, submit: goOn });

    const first = useRef(true);
    useEffect(() => {
        if (!first.current) heading.current?.focus();
        first.current = false;
    }, [step]);

    async function save(): Promise<void> {
        setBusy(true);
        setProblem(null);
        try {
            const input = setupInput(token, facts, admin.values, listen.values, policy.values);
            const { data } = await api.post<Schema<'SignInStep'>>('/setup', input, { onSignedOut: 'fail' });
            if (data.session) {
                api.setCsrf(data.session.csrf);
                client.setQueryData(sessionKey, data.session);
            }
            finish(true);
        } catch (error) {
            setProblem(error);
        } finally {
            setBusy(false);
        }
    }

    if (finished) return <Finished facts={facts} listener={listen.values} />;
    const forms = [admin, listen, policy];
    const current = forms[step];
    const back = step > 0 && <Button icon={ArrowLeft} onClick={() => setStep(step - 1)}>{texts.back}</Button>;
    return (
        <div className={css.card}>
            <header>
                <h1>{texts.title}</h1>
                <p className={css.lead}>{texts.lead}</p>
            </header>
            <ol className={css.steps}>
                {texts.steps.map((name, index) => (
                    <li key={name} aria-current={index === step ? 'step' : undefined} className={classes(index < step && css.past)}>
                        <span className={css.number} aria-hidden="true">{index < step ? <Check size={13} /> : index + 1}</span>
                        <span className={css.stepName}>{name}</span>
                    </li>
                ))}
            </ol>
            <h2 ref={heading} tabIndex={-1} className={css.heading}>
                <span className="visually-hidden">{texts.stepOf(step + 1, texts.steps.length)}: </span>
                {texts.steps[step]}
            </h2>
            {current ? (
                <form className={css.form} noValidate onSubmit={current.onSubmit}>
                    <FormProblem problem={current.problem} errors={current.errors} />
                    {step === 0 && <AdminStep form={admin} token={token} />}
                    {step === 1 && <ListenStep form={listen} token={token} facts={facts} />}
                    {step === 2 && <PolicyStep form={policy} owner={facts.policy_owner} />}
                    <div className={css.buttons}>
                        {back}
                        <Button type="submit" variant="primary" icon={ArrowRight}>{texts.next}</Button>
                    </div>
                </form>
            ) : (
                <>
                    <FormProblem problem={problem} errors={{}} />
                    <p className={css.lead}>{texts.summary.lead}</p>
                    <DescriptionList
                        items={[
                            { name: texts.summary.admin, value: admin.values.name, more: admin.values.checked ? texts.summary.withTotp : texts.summary.withoutTotp },
                            { name: texts.summary.listener, value: `${listen.values.address} : ${listen.values.port ?? ''}` },
                            { name: texts.summary.policy, value: policyName(policy.values.kind) },
                            { name: texts.summary.pac, value: pacUrlOf(facts, listen.values) },
                        ]}
                    />
                    <div className={css.buttons}>
                        {back}
                        <Button variant="primary" busy={busy} onClick={() => void save()}>{texts.finish}</Button>
                    </div>
                </>
            )}
        </div>
    );
}

function policyName(kind: string): string {
    return { keep: texts.policy.keep, watch: texts.policy.watch, deny_all: texts.policy.deny, import: texts.policy.import }[kind] ?? kind;
}
