// What somebody sets about their own account. Every role.
import { useQuery } from '@tanstack/react-query';

import { api } from '../../api/client';
import type { Schema } from '../../api/types';
import { PageHeader } from '../../components/Panel';
import { ErrorState, Skeleton } from '../../components/States';
import { usePageTitle } from '../../shell/usePageTitle';
import { AccountPanel } from './AccountPanel';
import { LookPanel } from './LookPanel';
import css from './MePage.module.css';
import { meKey } from './queryKeys';
import { PasswordPanel } from './PasswordPanel';
import { SignInsPanel } from './SignInsPanel';
import { meTexts as texts } from './texts';
import { TotpPanel } from './TotpPanel';

export default function MePage() {
    usePageTitle(texts.title);
    const me = useQuery({
        queryKey: meKey,
        queryFn: async ({ signal }) => {
            const { data, etag } = await api.get<Schema<'Me'>>('/me', { signal });
            return { me: data, etag };
        },
    });
    return (
        <>
            <PageHeader title={texts.title}>{texts.lead}</PageHeader>
            <div className={css.grid}>
                <div className={css.column}>
                    {me.isError && <ErrorState what={texts.account.what} error={me.error} onRetry={() => void me.refetch()} />}
                    {me.isPending && <Skeleton rows={6} />}
                    {me.data && <AccountPanel me={me.data.me} etag={me.data.etag} />}
                    {me.data && <TotpPanel me={me.data.me} />}
                    <SignInsPanel />
                </div>
                <div className={css.column}>
                    <PasswordPanel />
                    <LookPanel />
                </div>
            </div>
        </>
    );
}
