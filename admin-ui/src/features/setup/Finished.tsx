// After the last step: how to use the proxy, and a line that turns green with the first session.
import { useQuery } from '@tanstack/react-query';
import { CircleCheck, LoaderCircle } from 'lucide-react';

import { api } from '../../api/client';
import type { Schema } from '../../api/types';
import { ButtonLink } from '../../components/Button';
import { CodeBlock } from '../../components/CodeBlock';
import { type ListenValues, pacUrlOf, proxyAddress } from './setup';
import css from './SetupPage.module.css';
import { setupTexts } from './texts';

const texts = setupTexts.finished;

export function Finished({ facts, listener }: { facts: Schema<'SetupFacts'>; listener: ListenValues }) {
    const first = useQuery({
        queryKey: ['setup', 'first-session'],
        queryFn: async ({ signal }) => (await api.get<Schema<'Overview'>>('/overview', { query: { span: '15m' }, signal, onSignedOut: 'fail' })).data.first_visit.session_seen,
        refetchInterval: (query) => (query.state.data ? false : 2000),
        retry: false,
    });
    const seen = first.data === true;
    return (
        <div className={css.card}>
            <header>
                <h1>{texts.title}</h1>
                <p className={css.lead}>{texts.lead}</p>
            </header>
            <h2>{texts.try}</h2>
            <CodeBlock label={texts.try}>{`curl -x http://${proxyAddress(listener)} https://example.com/ -o /dev/null -w '%{http_code}\\n'`}</CodeBlock>
            <h2>{texts.pac}</h2>
            <CodeBlock label={texts.pac}>{pacUrlOf(facts, listener)}</CodeBlock>
            <p role="status" className={seen ? css.right : css.waiting}>
                {seen ? <CircleCheck aria-hidden="true" size={18} /> : <LoaderCircle aria-hidden="true" size={18} className={css.turning} />}
                {seen ? texts.seen : texts.waiting}
            </p>
            <div className={css.buttons}>
                <ButtonLink href="/" variant="primary">{texts.toOverview}</ButtonLink>
            </div>
        </div>
    );
}
