// Before the first session there are no figures to show, but three things to do.
import { CircleCheck, Circle } from 'lucide-react';
import type { ReactNode } from 'react';

import type { Schema } from '../../api/types';
import { ButtonLink } from '../../components/Button';
import { CodeBlock } from '../../components/CodeBlock';
import { Panel } from '../../components/Panel';
import css from './OverviewPage.module.css';
import { overviewTexts } from './texts';

const texts = overviewTexts.first;

export function FirstVisit({ first }: { first: Schema<'Overview'>['first_visit'] }) {
    const address = first.proxy_addresses[0] ?? '';
    return (
        <Panel title={texts.title}>
            <p className={css.quiet}>{texts.lead}</p>
            <ol className={css.first}>
                <Item done={first.session_seen} title={texts.browser}>
                    <p>{texts.browserHow(address)}</p>
                    <CodeBlock label={texts.command}>{`curl -x http://${address} https://example.com/`}</CodeBlock>
                </Item>
                <Item done={first.pac_fetched} title={texts.pac}>
                    <p>{texts.pacHow}</p>
                    {first.pac_url && <CodeBlock label={texts.pac}>{first.pac_url}</CodeBlock>}
                </Item>
                <Item done={false} title={texts.whatIf}>
                    <p>{texts.whatIfHow}</p>
                    <ButtonLink href="/what-if" size="small">{texts.whatIfDo}</ButtonLink>
                </Item>
            </ol>
        </Panel>
    );
}

function Item({ done, title, children }: { done: boolean; title: string; children: ReactNode }) {
    return (
        <li>
            <h3 className={done ? css.good : undefined}>
                {done ? <CircleCheck aria-hidden="true" size={16} /> : <Circle aria-hidden="true" size={16} />} {title}
                <span className="visually-hidden">, {done ? texts.done : texts.open}</span>
            </h3>
            {children}
        </li>
    );
}
