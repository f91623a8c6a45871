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
import { Cell, RowBelow, RowName, StackedRow, StackedTable } from '../../components/StackedTable';
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
            <StackedTable
                label={texts.label}
                className={css.table}
                columns={[
                    { name: texts.details, hidden: true },
                    ...(['created', 'by', 'format', 'filter'] as const).map((id) => ({ name: texts.columns[id] })),
                    ...(['count', 'bytes'] as const).map((id) => ({ name: texts.columns[id], className: css.end })),
                    ...(['state', 'expires'] as const).map((id) => ({ name: texts.columns[id] })),
                    { name: texts.columns.actions, hidden: true },
                ]}
            >
                {exports.map((made) => <ExportRow key={made.id} made={made} onRemove={() => setRemoving(made)} />)}
            </StackedTable>
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
            <StackedRow>
                <Cell place="before-name">
                    <IconButton size="small" icon={open ? ChevronDown : ChevronRight} aria-expanded={open} label={open ? texts.hideDetails : texts.details} onClick={() => setOpen(!open)} />
                </Cell>
                <RowName title={times.full(made.created_at)}>{times.dayAndTime(made.created_at)}</RowName>
                <Cell name={texts.columns.by}>{made.by}</Cell>
                <Cell name={texts.columns.format}>{format}, {texts.rows[made.rows] ?? made.rows}</Cell>
                <Cell name={texts.columns.filter} className={css.filter} title={readable(made.filter)}>{readable(made.filter)}</Cell>
                <Cell name={texts.columns.count} className={css.end}>{exactCount(made.count)}</Cell>
                <Cell name={texts.columns.bytes} className={css.end}>{bytes(made.bytes)}</Cell>
                <Cell name={texts.columns.state}>{made.state === 'running' ? <Running made={made} format={format} /> : <Chip tone={tones[made.state]}>{texts.states[made.state]}</Chip>}</Cell>
                <Cell name={texts.columns.expires}>{times.dayAndTime(made.expires_at)}</Cell>
                <Cell place="after-name">
                    <div className={css.actions}>
                        {made.state === 'done' && <ButtonLink size="small" icon={Download} href={fileAddress(made)} download>{texts.download}</ButtonLink>}
                        {made.state === 'running' && made.job && (
                            <Button size="small" icon={X} busy={cancel.isPending} onClick={() => made.job && cancel.mutate(made.job)}>{texts.cancel}</Button>
                        )}
                        {made.state !== 'running' && <IconButton size="small" icon={Trash2} label={texts.remove} reason={mine ? undefined : texts.notYours} onClick={onRemove} />}
                    </div>
                </Cell>
            </StackedRow>
            {open && (
                <RowBelow columns={10} className={css.more}>
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
                </RowBelow>
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
