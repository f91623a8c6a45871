// All that is recorded of one session: why, who and where, timing, what the client's TLS said, the
// stage of the decision, the rules considered, integrity, events.
import { Filter as FilterIcon, FilterX } from 'lucide-react';
import { type ReactNode, useId } from 'react';

import { IconButton } from '../../components/Button';
import { type Description, DescriptionList } from '../../components/DescriptionList';
import { millis } from '../../format/durations';
import { bytes, exactCount, NotApplicable } from '../../format/numbers';
import { useTimes } from '../../shell/useTimes';
import type { Sense } from './grammar';
import { fieldName, valueText } from './recordValues';
import type { SessionDetail } from './requests';
import { RulesConsidered } from './RulesConsidered';
import { unusualPort, userOf } from './sessionColumns';
import css from './SessionStory.module.css';
import { codeWords } from './termWords';
import { auditTexts } from './texts';
import { WhyCard } from './WhyCard';

interface Props {
    detail: SessionDetail;
    onFilter(field: string, value: string, sense: Sense): void;
}

const texts = auditTexts.detail;
/** Shown by the parts above, so not again as a group. */
const ToldGroups: readonly string[] = ['session', 'bytes'];
const ToldFields: readonly string[] = ['method', 'protocol', 'host', 'port', 'verdict', 'policy_version', 'destination_ip'];

export function SessionStory({ detail, onFilter }: Props) {
    const times = useTimes();
    const { row, integrity, considered } = detail;
    const fields = fieldsOf(detail);

    function filters(field: string, value: string | null, name: string): ReactNode {
        if (value === null) return undefined;
        return (
            <>
                <IconButton size="small" icon={FilterIcon} label={texts.filterFor(name)} onClick={() => onFilter(field, value, 'is')} />
                <IconButton size="small" icon={FilterX} label={texts.filterOut(name)} onClick={() => onFilter(field, value, 'not')} />
            </>
        );
    }

    const session: Array<Description | false> = [
        { name: texts.time, value: <time dateTime={row.time}>{times.full(row.time)}</time> },
        {
            name: texts.user,
            value: userOf(row),
            actions: row.user_masked ? undefined : filters('user', row.user ?? '', row.user || auditTexts.nobody),
        },
        {
            name: texts.client,
            value: portAfter(row.client, fields.get('client_port')),
            more: fields.has('listener') ? `${fieldName('listener')} ${valueText('listener', fields.get('listener'))}` : undefined,
            actions: filters('client', row.client, row.client),
        },
        {
            name: texts.destination,
            value: row.host === null ? NotApplicable : portAfter(row.host, row.port),
            more: fields.has('destination_ip') ? valueText('destination_ip', fields.get('destination_ip')) : undefined,
            actions: filters('host', row.host, row.host ?? ''),
        },
        { name: texts.request, value: requestText(detail), more: row.protocol ?? undefined },
        row.policy_version !== null && {
            name: texts.policy,
            value: `v${row.policy_version}`,
            more: [detail.policy_published_at && texts.publishedAt(times.dayAndTime(detail.policy_published_at)), liveWord(detail)].filter(Boolean).join(' · ') || undefined,
            actions: filters('version', String(row.policy_version), `v${row.policy_version}`),
        },
        {
            name: texts.state,
            value: auditTexts.states[row.state] ?? row.state,
            more: row.reason === null ? undefined : codeWords('reason', row.reason),
            actions: filters('reason', row.reason, row.reason ?? ''),
        },
        (row.rx_bytes !== null || row.tx_bytes !== null) && {
            name: texts.bytes,
            value: `${texts.received(bytes(row.rx_bytes))}, ${texts.sent(bytes(row.tx_bytes))}`,
            more: row.state === 'open' ? texts.knownSoFar : row.state === 'interrupted' ? texts.lost : undefined,
        },
        row.duration_ms !== null && { name: texts.duration, value: millis(row.duration_ms) },
        { name: texts.id, value: <code className="identifier">{detail.id}</code> },
    ];
    const groups = detail.groups
        .filter(({ name }) => !ToldGroups.includes(name))
        .map(({ name, fields: known }) => ({ name, fields: known.filter((field) => !ToldFields.includes(field.name)) }))
        .filter(({ fields: left }) => left.length > 0);
    return (
        <>
            <WhyCard detail={detail} />
            <Part title={texts.session}><DescriptionList items={session} /></Part>
            {orderedGroups(groups).map((group) => (
                <Part key={group.name} title={texts.groups[group.name] ?? group.name}>
                    <DescriptionList items={group.fields.map(({ name, value }) => ({ name: fieldName(name), value: valueText(name, value) }))} />
                </Part>
            ))}
            <Part title={texts.considered}><RulesConsidered key={detail.id} considered={considered} /></Part>
            <Part title={texts.integrity}>
                <DescriptionList
                    items={[
                        { name: texts.records, value: texts.recordRange(integrity.first_seq, integrity.last_seq) },
                        integrity.file !== null && { name: texts.file, value: <code>{integrity.file}</code> },
                        {
                            name: texts.checkpoint,
                            value: integrity.checkpoint_seq === null ? texts.noCheckpoint : texts.checkpointAt(integrity.checkpoint_seq),
                            more: integrity.checkpoint_at ? times.full(integrity.checkpoint_at) : undefined,
                        },
                        { name: texts.verified, value: texts.verifiedWords[integrity.verified] ?? integrity.verified },
                    ]}
                />
            </Part>
            <Part title={texts.events}>
                <ol className={css.events}>
                    {detail.events.map((event) => (
                        <li key={event.seq}>
                            <details>
                                <summary>
                                    <b>{texts.eventNames[event.event] ?? event.event}</b> {times.exact(event.time)}
                                </summary>
                                <DescriptionList items={Object.entries(event.fields).map(([name, value]) => ({ name, value: valueText(name, value) }))} />
                            </details>
                        </li>
                    ))}
                </ol>
                {detail.events_left_out > 0 && <p className={css.note}>{texts.leftOut(exactCount(detail.events_left_out))}</p>}
            </Part>
        </>
    );
}

/** A heading with its region. */
function Part({ title, children }: { title: string; children: ReactNode }) {
    const id = useId();
    return (
        <section aria-labelledby={id} className={css.part}>
            <h3 id={id}>{title}</h3>
            {children}
        </section>
    );
}

const Order = ['timing', 'tls', 'decision', 'request', 'connection', 'end', 'silence', 'websocket', 'inspection', 'names', 'tcp', 'other'];

function orderedGroups(groups: SessionDetail['groups']): SessionDetail['groups'] {
    return [...groups].sort((a, b) => Order.indexOf(a.name) - Order.indexOf(b.name));
}

function fieldsOf(detail: SessionDetail): ReadonlyMap<string, unknown> {
    return new Map(detail.groups.flatMap((group) => group.fields.map(({ name, value }) => [name, value] as const)));
}

function portAfter(host: string, port: unknown): ReactNode {
    const bare = host.includes(':') ? `[${host}]` : host;
    return port === null || port === undefined || port === 0 ? host : <>{bare}<span className={css.port}>:{String(port)}</span></>;
}

function requestText({ row, groups }: SessionDetail): string {
    const path = groups.flatMap(({ fields }) => fields).find(({ name }) => name === 'path')?.value;
    if (!row.method) return NotApplicable;
    const port = unusualPort(row);
    const target = row.method === 'CONNECT' ? `${row.host ?? ''}:${row.port ?? ''}` : `${row.host ?? ''}${port ? `:${port}` : ''}${typeof path === 'string' ? path : ''}`;
    return `${row.method} ${target}`;
}

function liveWord({ policy_is_live: live }: SessionDetail): string | null {
    return live === null ? null : live ? texts.policyLive : texts.policyOld;
}
