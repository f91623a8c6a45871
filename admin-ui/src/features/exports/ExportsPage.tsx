// Exports of the audit log: what was made of which search, by whom, with what proves it.
import { ChevronDown, ChevronRight, Download, ScrollText, Trash2, X } from 'lucide-react';
import { Fragment, useState } from 'react';
import { Link } from 'wouter';

import { useJob } from '../../api/jobs';
import { useSession } from '../../api/session';
import { Button, ButtonLink, IconButton } from '../../components/Button';
import { Chip } from '../../components/Chip';
import { CopyButton } from '../../components/CodeBlock';
import { DescriptionList } from '../../components/DescriptionList';
import { Dialog } from '../../components/Dialog';
import { PageHeader, Panel } from '../../components/Panel';
import { ProgressBar } from '../../components/ProgressBar';
import { EmptyState, ErrorState, Skeleton } from '../../components/States';
import { showToast } from '../../components/Toasts';
import { bytes, exactCount } from '../../format/numbers';
import { usePageTitle } from '../../shell/usePageTitle';
import { useTimes } from '../../shell/useTimes';
import css from './ExportsPage.module.css';
import { type AuditExport, fileAddress, useCancelExport, useDeleteExport, useExports } from './requests';
import { exportsTexts as texts } from './texts';

export default function ExportsPage() {
    usePageTitle(texts.title);
    return (
        <>
            <PageHeader title={texts.title} actions={<ButtonLink icon={ScrollText} href="/audit">{texts.toLog}</ButtonLink>}>{texts.lead}</PageHeader>
            <Panel flush><ExportList /></Panel>
        </>
    );
}

function ExportList() {
    const { data: exports, error, refetch } = useExports();
    const [removing, setRemoving] = useState<AuditExport | null>(null);
    if (error && !exports) return <ErrorState what={texts.what} error={error} onRetry={() => void refetch()} />;
    if (!exports) return <div className={css.loading}><Skeleton rows={6} /></div>;
    if (exports.length === 0) {
        return <EmptyState icon={Download} action={<ButtonLink variant="primary" href="/audit">{texts.toLog}</ButtonLink>}>{texts.empty}</EmptyState>;
    }
    return (
        <>
            <div className={css.region} role="region" aria-label={texts.label} tabIndex={0}>
                <table className={css.table}>
                    <thead>
                        <tr>
                            <th scope="col"><span className="visually-hidden">{texts.details}</span></th>
                            <th scope="col">{texts.columns.created}</th>
                            <th scope="col">{texts.columns.by}</th>
                            <th scope="col">{texts.columns.format}</th>
                            <th scope="col">{texts.columns.filter}</th>
                            <th scope="col" className={css.end}>{texts.columns.count}</th>
                            <th scope="col" className={css.end}>{texts.columns.bytes}</th>
                            <th scope="col">{texts.columns.state}</th>
                            <th scope="col">{texts.columns.expires}</th>
                            <th scope="col"><span className="visually-hidden">{texts.columns.actions}</span></th>
                        </tr>
                    </thead>
                    <tbody>{exports.map((made) => <ExportRow key={made.id} made={made} onRemove={() => setRemoving(made)} />)}</tbody>
                </table>
            </div>
            {removing && <RemoveDialog made={removing} onClose={() => setRemoving(null)} />}
        </>
    );
}

function ExportRow({ made, onRemove }: { made: AuditExport; onRemove(): void }) {
    const times = useTimes();
    const session = useSession();
    const cancel = useCancelExport();
    const [open, setOpen] = useState(false);
    const mine = made.by === session.user.name || session.role === 'admin';
    const format = texts.formats[made.format] ?? made.format;
    return (
        <Fragment>
            <tr>
                <td>
                    <IconButton size="small" icon={open ? ChevronDown : ChevronRight} aria-expanded={open} label={open ? texts.hideDetails : texts.details} onClick={() => setOpen(!open)} />
                </td>
                <td title={times.full(made.created_at)}>{times.dayAndTime(made.created_at)}</td>
                <td>{made.by}</td>
                <td>{format}, {texts.rows[made.rows] ?? made.rows}</td>
                <td className={css.filter} title={readable(made.filter)}>{readable(made.filter)}</td>
                <td className={css.end}>{exactCount(made.count)}</td>
                <td className={css.end}>{bytes(made.bytes)}</td>
                <td>{made.state === 'running' ? <Running made={made} format={format} /> : <Chip tone={tones[made.state]}>{texts.states[made.state]}</Chip>}</td>
                <td>{times.dayAndTime(made.expires_at)}</td>
                <td>
                    <div className={css.actions}>
                        {made.state === 'done' && <ButtonLink size="small" icon={Download} href={fileAddress(made)} download>{texts.download}</ButtonLink>}
                        {made.state === 'running' && made.job && (
                            <Button size="small" icon={X} busy={cancel.isPending} onClick={() => made.job && cancel.mutate(made.job)}>{texts.cancel}</Button>
                        )}
                        {made.state !== 'running' && <IconButton size="small" icon={Trash2} label={texts.remove} reason={mine ? undefined : texts.notYours} onClick={onRemove} />}
                    </div>
                </td>
            </tr>
            {open && (
                <tr className={css.more}>
                    <td colSpan={10}>
                        <DescriptionList
                            items={[
                                { name: texts.columns.filter, value: readable(made.filter), more: <Link href={`/audit?${made.filter}`}>{texts.searchAgain}</Link> },
                                made.note !== '' && { name: texts.note, value: made.note },
                                made.chain_head !== null && {
                                    name: texts.chain,
                                    value: <code className={css.hash}>{made.chain_head}</code>,
                                    more: made.chain_seq === null ? undefined : texts.chainAt(made.chain_seq),
                                    actions: <CopyButton text={made.chain_head} />,
                                },
                                made.sha256 !== null && { name: texts.sha256, value: <code className={css.hash}>{made.sha256}</code>, actions: <CopyButton text={made.sha256} /> },
                            ]}
                        />
                    </td>
                </tr>
            )}
        </Fragment>
    );
}

const tones = { running: 'accent', done: 'allow', failed: 'deny', cancelled: 'plain' } as const;

function Running({ made, format }: { made: AuditExport; format: string }) {
    const { data: job } = useJob(made.job);
    return <ProgressBar label={texts.progressLabel(format)} value={job?.done ?? 0} max={job?.total ?? null} text={texts.progress(exactCount(job?.done ?? 0))} />;
}

function RemoveDialog({ made, onClose }: { made: AuditExport; onClose(): void }) {
    const remove = useDeleteExport();
    return (
        <Dialog
            open
            onClose={onClose}
            size="small"
            title={texts.removeTitle}
            description={texts.removeText(texts.formats[made.format] ?? made.format, exactCount(made.count))}
            footer={
                <>
                    <Button onClick={onClose}>{texts.keep}</Button>
                    <Button
                        variant="danger"
                        busy={remove.isPending}
                        onClick={() =>
                            remove.mutate(made, {
                                onSuccess: () => {
                                    showToast({ text: texts.removed, milliseconds: 5000 });
                                    onClose();
                                },
                                onError: (error) => showToast({ tone: 'problem', text: error.message }),
                            })}
                    >
                        {texts.remove}
                    </Button>
                </>
            }
        />
    );
}

/** "verdict=deny, host=*.example.com": the parameters as they are, unescaped. */
export function readable(filter: string): string {
    const parts = [...new URLSearchParams(filter)].map(([name, value]) => texts.filterPart(texts.filters[name] ?? name, value));
    return parts.length > 0 ? parts.join(', ') : texts.everything;
}
