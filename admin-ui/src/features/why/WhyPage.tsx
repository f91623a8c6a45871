// For the help-desk: paste a session id, or an address and who wanted it; get the reason in one
// sentence.
import { useQuery } from '@tanstack/react-query';
import { CircleHelp, ScrollText, Split } from 'lucide-react';
import { type FormEvent, useState } from 'react';

import { api } from '../../api/client';
import { isProblem } from '../../api/problem';
import type { Schema } from '../../api/types';
import { Button, ButtonLink } from '../../components/Button';
import { Chip } from '../../components/Chip';
import { classes } from '../../components/classes';
import { CopyButton } from '../../components/CodeBlock';
import { TextField } from '../../components/Field';
import { PageHeader, Panel } from '../../components/Panel';
import { EmptyState, ErrorState, Skeleton } from '../../components/States';
import { VerdictBadge } from '../../components/VerdictBadge';
import { text } from '../../shell/urlState';
import { usePageTitle } from '../../shell/usePageTitle';
import { useTimes } from '../../shell/useTimes';
import { useUrlState } from '../../shell/useUrlState';
import { readQuestion } from './question';
import { whyTexts as texts } from './texts';
import css from './WhyPage.module.css';

type Answer = Schema<'AuditWhyAnswer'>;

const parts = { session: text(), url: text(), user: text(), client: text() };

export default function WhyPage() {
    usePageTitle(texts.title);
    const [asked, ask] = useUrlState(parts);
    const answerable = asked.session !== '' || (asked.url !== '' && (asked.user !== '' || asked.client !== ''));
    const { data: answer, error, isFetching, refetch } = useQuery({
        queryKey: ['audit', 'why', asked],
        queryFn: async ({ signal }) => (await api.get<Answer>('/audit/why', { query: asked, signal })).data,
        enabled: answerable,
        staleTime: 10_000,
    });
    return (
        <>
            <PageHeader title={texts.title} actions={<ButtonLink icon={ScrollText} href="/audit">{texts.toLog}</ButtonLink>}>{texts.lead}</PageHeader>
            <Panel className={css.panel}>
                <QuestionForm
                    key={`${asked.session}${asked.url}${asked.user}${asked.client}`}
                    asked={asked}
                    busy={isFetching}
                    onAsk={(next) => {
                        ask(next);
                        if (JSON.stringify(next) === JSON.stringify(asked)) void refetch();
                    }}
                />
                <div aria-live="polite" className={css.answer}>
                    {!answerable ? null : error ? (
                        isProblem(error, 'not-found')
                            ? <EmptyState>{texts.notFound}</EmptyState>
                            : <ErrorState compact what={texts.what} error={error} onRetry={() => void refetch()} />
                    ) : answer ? (
                        <TheReason answer={answer} user={asked.user} client={asked.client} />
                    ) : (
                        <Skeleton rows={2} />
                    )}
                </div>
            </Panel>
        </>
    );
}

interface Asked {
    session: string;
    url: string;
    user: string;
    client: string;
}

function QuestionForm({ asked, busy, onAsk }: { asked: Asked; busy: boolean; onAsk(asked: Asked): void }) {
    const [box, setBox] = useState(asked.session || asked.url);
    const [user, setUser] = useState(asked.user);
    const [client, setClient] = useState(asked.client);
    const [errors, setErrors] = useState<{ box?: string; user?: string }>({});
    const isSession = readQuestion(box)?.kind === 'session';

    function submit(event: FormEvent): void {
        event.preventDefault();
        const question = readQuestion(box);
        if (!question) return setErrors({ box: texts.boxMissing });
        if (question.kind === 'session') {
            setErrors({});
            return onAsk({ session: question.session, url: '', user: '', client: '' });
        }
        if (user.trim() === '' && client.trim() === '') return setErrors({ user: texts.whoMissing });
        setErrors({});
        onAsk({ session: '', url: question.url, user: user.trim(), client: client.trim() });
    }

    return (
        <form className={css.form} onSubmit={submit} noValidate>
            <TextField label={texts.box} hint={texts.boxHint} error={errors.box} value={box} onChange={setBox} autoFocus spellCheck={false} autoComplete="off" className={css.wide ?? ''} />
            {!isSession && (
                <>
                    <TextField label={texts.user} error={errors.user} value={user} onChange={setUser} autoComplete="off" spellCheck={false} />
                    <TextField label={texts.client} hint={texts.who} value={client} onChange={setClient} autoComplete="off" spellCheck={false} />
                </>
            )}
            <Button type="submit" variant="primary" busy={busy}>{texts.submit}</Button>
        </form>
    );
}

function TheReason({ answer, user, client }: { answer: Answer; user: string; client: string }) {
    const times = useTimes();
    return (
        <section className={classes(css.card, css[answer.verdict])} aria-label={texts.what}>
            <p className={css.sentence}>
                {answer.verdict === 'undecided' ? <Chip tone="warning" icon={CircleHelp}>{texts.undecided}</Chip> : <VerdictBadge verdict={answer.verdict} tense="session" />} {answer.sentence} <CopyButton text={answer.sentence} label={texts.copy} />
            </p>
            <p className={css.source}>{answer.source === 'session' && answer.at ? texts.fromLog(times.dayAndTime(answer.at)) : texts.fromPolicy}</p>
            <div className={css.actions}>
                {answer.session && <ButtonLink size="small" icon={ScrollText} href={`/audit/${encodeURIComponent(answer.session)}`}>{texts.openSession}</ButtonLink>}
                {answer.url && <ButtonLink size="small" icon={Split} href={`/what-if?${whatIf(answer.url, user, client)}`}>{texts.whatIf}</ButtonLink>}
            </div>
        </section>
    );
}

function whatIf(url: string, user: string, client: string): string {
    return new URLSearchParams({ policy: 'live', url, ...(user && { user }), ...(client && { ip: client }) }).toString();
}
