// One session on a page of its own, for links.
import { useQuery } from '@tanstack/react-query';
import { ArrowLeft, Link2 } from 'lucide-react';
import { useLocation } from 'wouter';

import { isProblem } from '../../api/problem';
import { ButtonLink, IconButton } from '../../components/Button';
import { PageHeader, Panel } from '../../components/Panel';
import { EmptyState, ErrorState, Skeleton } from '../../components/States';
import { usePageTitle } from '../../shell/usePageTitle';
import { copyLink } from './copyLink';
import { toParams } from './filter';
import { detailQuery } from './requests';
import { SessionStory } from './SessionStory';
import css from './SessionStory.module.css';
import { auditTexts } from './texts';

const texts = auditTexts.detail;

export default function OneSession({ id }: { id: string }) {
    const [, navigate] = useLocation();
    const { data: detail, error, refetch } = useQuery(detailQuery(id));
    usePageTitle(auditTexts.sessionPage, detail?.row.host ?? id);
    return (
        <>
            <PageHeader
                title={auditTexts.sessionPage}
                actions={
                    <>
                        <ButtonLink icon={ArrowLeft} href="/audit">{auditTexts.backToLog}</ButtonLink>
                        <IconButton icon={Link2} variant="secondary" label={texts.link} onClick={() => copyLink(detail?.id ?? id)} />
                    </>
                }
            >
                <code className="identifier">{detail?.id ?? id}</code>
            </PageHeader>
            <Panel title={texts.recorded} className={css.page}>
                {error ? (
                    isProblem(error, 'not-found')
                        ? <EmptyState>{texts.notFound}</EmptyState>
                        : <ErrorState what={texts.what} error={error} onRetry={() => void refetch()} />
                ) : detail ? (
                    <SessionStory
                        detail={detail}
                        onFilter={(field, value, sense) => {
                            const params = new URLSearchParams({ last: '24h' });
                            for (const [name, values] of Object.entries(toParams([{ field, value, sense, match: 'text' }])))
                                for (const each of [values].flat()) params.append(name, each);
                            navigate(`/audit?${params.toString()}`);
                        }}
                    />
                ) : (
                    <Skeleton rows={16} />
                )}
            </Panel>
        </>
    );
}
