// API tokens: made once, seen once, revoked at once. Admins only.
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { KeyRound, Pencil, Plus } from 'lucide-react';
import { useState } from 'react';

import { api } from '../../api/client';
import { Button, IconButton } from '../../components/Button';
import { Chip } from '../../components/Chip';
import { Dialog } from '../../components/Dialog';
import { FormProblem } from '../../components/FormProblem';
import { PageHeader, Panel } from '../../components/Panel';
import { Cell, RowName, StackedRow, StackedTable } from '../../components/StackedTable';
import { EmptyState, ErrorState, Skeleton } from '../../components/States';
import { showToast } from '../../components/Toasts';
import { ago } from '../../format/durations';
import { optional } from '../../shell/urlState';
import { usePageTitle } from '../../shell/usePageTitle';
import { useTimes } from '../../shell/useTimes';
import { useUrlState } from '../../shell/useUrlState';
import { EditTokenDialog } from './EditTokenDialog';
import { NewTokenDialog } from './NewTokenDialog';
import { tokensTexts as texts } from './texts';
import { type Token, tokensKey, useTokens } from './tokens';
import css from './TokensPage.module.css';

const parts = { id: optional() };

export default function TokensPage() {
    usePageTitle(texts.title);
    const [url, setUrl] = useUrlState(parts);
    const tokens = useTokens();
    const [making, make] = useState(false);
    const [revoking, revoke] = useState<Token | null>(null);
    const items = tokens.data ?? [];
    const edited = items.find((token) => token.id === url.id);
    const addButton = <Button variant="primary" icon={Plus} onClick={() => make(true)}>{texts.add}</Button>;
    return (
        <>
            <PageHeader title={texts.title} actions={addButton}>{texts.lead}</PageHeader>
            <Panel flush={items.length > 0}>
                {tokens.isPending && <Skeleton rows={4} />}
                {tokens.isError && !tokens.data && <ErrorState what={texts.what} error={tokens.error} onRetry={() => void tokens.refetch()} />}
                {tokens.data && items.length === 0 && <EmptyState icon={KeyRound} title={texts.empty} action={addButton}>{texts.emptyTry}</EmptyState>}
                {items.length > 0 && (
                    <StackedTable
                        label={texts.title}
                        className={css.table}
                        columns={[
                            ...(['name', 'role', 'maker', 'networks', 'expires', 'used', 'state'] as const).map((id) => ({ name: texts.columns[id] })),
                            { name: texts.columns.actions, hidden: true },
                        ]}
                    >
                        {items.map((token) => <Row key={token.id} token={token} onEdit={() => setUrl({ id: token.id })} onRevoke={() => revoke(token)} />)}
                    </StackedTable>
                )}
            </Panel>
            {making && <NewTokenDialog onClose={() => make(false)} />}
            {edited && <EditTokenDialog token={edited} onClose={() => setUrl({ id: null })} />}
            {revoking && <RevokeDialog token={revoking} onClose={() => revoke(null)} />}
        </>
    );
}

function Row({ token, onEdit, onRevoke }: { token: Token; onEdit(): void; onRevoke(): void }) {
    const times = useTimes();
    return (
        <StackedRow>
            <RowName>{token.name}</RowName>
            <Cell name={texts.columns.role}>{texts.roles[token.role]}</Cell>
            <Cell name={texts.columns.maker}>{token.made_by.name}</Cell>
            <Cell name={texts.columns.networks}>{token.networks.length === 0 ? <span className={css.quiet}>{texts.anywhere}</span> : token.networks.join(', ')}</Cell>
            <Cell name={texts.columns.expires}><time dateTime={token.expires_at}>{times.dayAndTime(token.expires_at)}</time></Cell>
            <Cell name={texts.columns.used}>{token.last_used_at ? <time dateTime={token.last_used_at}>{ago(token.last_used_at)}</time> : <span className={css.quiet}>{texts.never}</span>}</Cell>
            <Cell place="after-name"><Chip tone={token.state === 'valid' ? 'allow' : 'warning'}>{texts.states[token.state]}</Chip></Cell>
            <Cell place="foot" className={css.actions}>
                <IconButton size="small" icon={Pencil} label={texts.edit(token.name)} onClick={onEdit} />
                <Button size="small" aria-label={texts.revokeLabel(token.name)} onClick={onRevoke}>{texts.revoke}</Button>
            </Cell>
        </StackedRow>
    );
}

function RevokeDialog({ token, onClose }: { token: Token; onClose(): void }) {
    const client = useQueryClient();
    const revoke = useMutation({
        mutationFn: () => api.delete(`/tokens/${encodeURIComponent(token.id)}`, { ifMatch: token.etag }),
        onSuccess: () => {
            showToast({ text: texts.revoked(token.name) });
            void client.invalidateQueries({ queryKey: tokensKey });
            onClose();
        },
    });
    return (
        <Dialog
            open
            onClose={onClose}
            size="small"
            title={texts.revokeTitle(token.name)}
            description={texts.revokeText}
            footer={
                <>
                    <Button onClick={onClose}>{texts.cancel}</Button>
                    <Button variant="danger" busy={revoke.isPending} onClick={() => revoke.mutate()}>{texts.revoke}</Button>
                </>
            }
        >
            <FormProblem problem={revoke.error} errors={{}} />
        </Dialog>
    );
}
