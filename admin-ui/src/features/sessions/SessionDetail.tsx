// One open session, the sentence that explains it first.
import { useQuery } from '@tanstack/react-query';
import { Filter, Split, Square } from 'lucide-react';

import { api } from '../../api/client';
import { isProblem } from '../../api/problem';
import { Button, ButtonLink, IconButton } from '../../components/Button';
import { classes } from '../../components/classes';
import { DescriptionList } from '../../components/DescriptionList';
import { SidePanel } from '../../components/Dialog';
import { EmptyState, ErrorState, Skeleton } from '../../components/States';
import { VerdictBadge } from '../../components/VerdictBadge';
import { bytes, rate } from '../../format/numbers';
import { useTimes } from '../../shell/useTimes';
import { Age } from './Age';
import { type LiveSession, ruleName } from './liveSessions';
import css from './SessionsPage.module.css';
import { sessionsTexts } from './texts';
import { sessionsKey } from './useLiveSessions';

const texts = sessionsTexts.detail;

interface Props {
    id: string;
    /** As the table has it, if it does. */
    live: LiveSession | null;
    needs: string | undefined;
    onClose(): void;
    onFilter(field: 'user' | 'host', value: string): void;
    onTerminate(session: LiveSession): void;
}

export function SessionDetail({ id, live, needs, onClose, onFilter, onTerminate }: Props) {
    const one = useQuery({
        queryKey: [...sessionsKey, 'one', id],
        queryFn: async ({ signal }) => (await api.get<LiveSession>(`/sessions/${encodeURIComponent(id)}`, { signal })).data,
        refetchInterval: (query) => (query.state.error ? false : 2000),
    });
    const ended = isProblem(one.error, 'not-found');
    const session = ended ? null : live ?? one.data ?? null;
    return (
        <SidePanel
            title={session ? <VerdictBadge verdict={session.verdict} tense="session" /> : texts.title}
            onClose={onClose}
            className={css.detail}
        >
            {ended ? (
                <EmptyState action={<ButtonLink href={`/audit/${encodeURIComponent(id)}`}>{texts.toAudit}</ButtonLink>}>{texts.ended}</EmptyState>
            ) : session ? (
                <Facts session={session} needs={needs} onFilter={onFilter} onTerminate={onTerminate} />
            ) : one.isError ? (
                <ErrorState what={texts.what} error={one.error} onRetry={() => void one.refetch()} compact />
            ) : (
                <Skeleton rows={8} />
            )}
        </SidePanel>
    );
}

function Facts({ session, needs, onFilter, onTerminate }: Pick<Props, 'needs' | 'onFilter' | 'onTerminate'> & { session: LiveSession }) {
    const times = useTimes();
    const rule = session.rule;
    const name = ruleName(rule, sessionsTexts.defaultRule, sessionsTexts.undecided);
    const replay = new URLSearchParams({ policy: 'live', url: `${session.host}:${session.port}`, ip: session.client_ip, ...(session.user ? { user: session.user } : {}) });
    return (
        <>
            <div className={classes(css.why, session.verdict === 'inspect' ? css.whyInspect : css.whyAllow)}>
                <h3>
                    {!rule ? texts.undecided : rule.id === '' ? texts.allowedByDefault(rule.layer)
                        : session.verdict === 'inspect' ? texts.inspectedBy(rule.name) : texts.allowedBy(rule.name)}
                </h3>
                <p>{texts.sentence(session.host, session.user ?? texts.somebody)}</p>
                <div className={css.whyActions}>
                    <Button size="small" variant="danger" icon={Square} reason={needs} onClick={() => onTerminate(session)}>{sessionsTexts.terminate.one}</Button>
                    <ButtonLink size="small" icon={Split} href={`/what-if?${replay.toString()}`}>{texts.whatIf}</ButtonLink>
                    {rule?.id && <ButtonLink size="small" href={`/rules/${encodeURIComponent(rule.id)}`}>{texts.openRule}</ButtonLink>}
                </div>
            </div>
            <DescriptionList
                items={[
                    { name: texts.started, value: times.full(session.started_at) },
                    { name: texts.age, value: <Age since={session.started_at} /> },
                    {
                        name: texts.user,
                        value: session.user ?? (session.user_masked ? sessionsTexts.hidden : sessionsTexts.notIdentified),
                        actions: session.user && <IconButton icon={Filter} size="small" label={texts.filterUser} onClick={() => onFilter('user', session.user ?? '-')} />,
                    },
                    { name: texts.client, value: `${session.client_ip}:${session.client_port}`, more: `${texts.listener} ${session.listener}` },
                    {
                        name: texts.destination,
                        value: `${session.host}:${session.port}`,
                        more: session.destination_ip && `${texts.address} ${session.destination_ip}`,
                        actions: <IconButton icon={Filter} size="small" label={texts.filterHost} onClick={() => onFilter('host', session.host)} />,
                    },
                    { name: texts.protocol, value: sessionsTexts.protocols[session.protocol] ?? session.protocol, more: `${texts.form} ${session.form}` },
                    { name: texts.rule, value: name },
                    session.policy_version !== undefined && { name: texts.version, value: `v${session.policy_version}` },
                    { name: texts.down, value: bytes(session.bytes_down), more: rate(session.rate_down) },
                    { name: texts.up, value: bytes(session.bytes_up), more: rate(session.rate_up) },
                    { name: texts.id, value: <code className="identifier">{session.id}</code> },
                ]}
            />
        </>
    );
}
