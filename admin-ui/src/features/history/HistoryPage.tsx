// Every version of the policy, the newest first: who, when, why, how much; compare any two, or bring
// one back.
import { ArrowLeftRight, ArrowUpDown, Ellipsis, ListChecks, Minus, Pencil, Plus, Settings2 } from 'lucide-react';
import { useState } from 'react';
import { useLocation } from 'wouter';

import { addressOf } from '../../api/client';
import { Button, ButtonLink, IconButton } from '../../components/Button';
import { Chip } from '../../components/Chip';
import { Checkbox } from '../../components/Field';
import { Menu } from '../../components/Menu';
import { PageHeader, Panel } from '../../components/Panel';
import { Cell, RowName, StackedRow, StackedTable } from '../../components/StackedTable';
import { EmptyState, ErrorState, Skeleton } from '../../components/States';
import { ago } from '../../format/durations';
import { PolicyOwnerBanner, usePolicyNeeds } from '../../policy/PolicyOwner';
import { useLiveVersion, useVersions } from '../../policy/queries';
import type { PolicyVersion } from '../../policy/types';
import { usePageTitle } from '../../shell/usePageTitle';
import { useTimes } from '../../shell/useTimes';
import css from './History.module.css';
import { RollBackDialog } from './RollBackDialog';
import { historyTexts as texts } from './texts';

export default function HistoryPage() {
    usePageTitle(texts.title);
    const [, navigate] = useLocation();
    const versions = useVersions();
    const live = useLiveVersion().data;
    const [chosen, setChosen] = useState<readonly number[]>([]);
    const [rollBackTo, setRollBackTo] = useState<number | null>(null);
    const items = versions.data?.pages.flatMap((page) => page.items) ?? [];
    const [older, newer] = [...chosen].sort((a, b) => a - b);

    /** A third choice takes the place of the first. */
    const choose = (version: number, isChosen: boolean) =>
        setChosen(isChosen ? [...chosen, version].slice(-2) : chosen.filter((each) => each !== version));

    return (
        <>
            <PageHeader
                title={texts.title}
                actions={
                    <>
                        <ButtonLink icon={ListChecks} href="/rules">{texts.toRules}</ButtonLink>
                        <Button
                            icon={ArrowLeftRight}
                            variant="primary"
                            reason={chosen.length === 2 ? undefined : texts.chooseTwo}
                            onClick={() => navigate(`/rules/versions/${older}..${newer}`)}
                        >
                            {texts.compareChosen}
                        </Button>
                    </>
                }
            >
                {texts.explains}
            </PageHeader>
            <PolicyOwnerBanner />
            <Panel flush>
                {versions.error && <ErrorState what={texts.failed} error={versions.error} onRetry={() => void versions.refetch()} />}
                {versions.isPending && <Skeleton rows={10} />}
                {versions.data && items.length === 0 && <EmptyState>{texts.empty}</EmptyState>}
                {items.length > 0 && (
                    <StackedTable
                        label={texts.title}
                        className={css.table}
                        columns={[
                            { name: texts.columns.compare, hidden: true },
                            ...(['version', 'when', 'who', 'note', 'changes'] as const).map((id) => ({ name: texts.columns[id] })),
                            { name: texts.columns.more, hidden: true },
                        ]}
                    >
                        {items.map((version) => (
                            <VersionRow
                                key={version.version}
                                version={version}
                                live={live?.version ?? null}
                                isChosen={chosen.includes(version.version)}
                                onChoose={(isChosen) => choose(version.version, isChosen)}
                                onRollBack={() => setRollBackTo(version.version)}
                            />
                        ))}
                    </StackedTable>
                )}
                {versions.hasNextPage && (
                    <div className={css.more}>
                        <Button busy={versions.isFetchingNextPage} onClick={() => void versions.fetchNextPage()}>{texts.more}</Button>
                    </div>
                )}
            </Panel>
            {rollBackTo !== null && live && <RollBackDialog version={rollBackTo} live={live.version} onClose={() => setRollBackTo(null)} />}
        </>
    );
}

interface VersionRowProps {
    version: PolicyVersion;
    live: number | null;
    isChosen: boolean;
    onChoose(isChosen: boolean): void;
    onRollBack(): void;
}

function VersionRow({ version, live, isChosen, onChoose, onRollBack }: VersionRowProps) {
    const number = version.version;
    const needs = usePolicyNeeds();
    const times = useTimes();
    const [, navigate] = useLocation();
    const compare = (a: number, b: number) => navigate(`/rules/versions/${Math.min(a, b)}..${Math.max(a, b)}`);
    return (
        <StackedRow>
            <Cell place="before-name"><Checkbox label={texts.choose(number)} labelHidden checked={isChosen} onChange={onChoose} /></Cell>
            <RowName>
                v{number} {number === live && <Chip tone="allow">{texts.live}</Chip>}
                {version.kind !== 'publish' && <Chip>{texts.kind[version.kind] ?? version.kind}</Chip>}
            </RowName>
            <Cell name={texts.columns.when} title={times.full(version.published_at)}>{times.dayAndTime(version.published_at)} <small>{ago(version.published_at)}</small></Cell>
            <Cell name={texts.columns.who}>{version.by}</Cell>
            <Cell name={texts.columns.note} className={css.note}>
                {version.note || <span className={css.quiet}>{texts.noNote}</span>}
                {version.test_override && <span className={css.override}>{texts.override(version.test_override)}</span>}
            </Cell>
            <Cell name={texts.columns.changes}><Changes version={version} /></Cell>
            <Cell place="after-name">
                <Menu
                    trigger={<IconButton icon={Ellipsis} size="small" label={texts.menu(number)} />}
                    items={[
                        ...(version.parent > 0 || number > 1 ? [{ label: texts.compareBefore, onSelect: () => compare(number - 1, number) }] : []),
                        ...(live !== null && live !== number ? [{ label: texts.compareLive, onSelect: () => compare(number, live) }] : []),
                        { label: texts.export, onSelect: () => location.assign(addressOf('/policy/document', { policy: String(number) })) },
                        { kind: 'separator' },
                        { label: texts.rollBack, reason: needs ?? (number === live ? texts.isLive : undefined), onSelect: onRollBack },
                    ]}
                />
            </Cell>
        </StackedRow>
    );
}

/** +1 ~1 ⇅1, each with its icon; zeros are left out. */
function Changes({ version }: { version: PolicyVersion }) {
    const { changes } = version;
    if (!changes) return <span className={css.quiet}>{texts.first}</span>;
    const { added, removed, edited, moved, other } = changes;
    if (added + removed + edited + moved + other === 0) return <span className={css.quiet}>{texts.same}</span>;
    const parts = [
        { icon: Plus, count: added, tone: css.added },
        { icon: Minus, count: removed, tone: css.removed },
        { icon: Pencil, count: edited, tone: css.edited },
        { icon: ArrowUpDown, count: moved, tone: css.moved },
        { icon: Settings2, count: other, tone: css.other },
    ];
    return (
        <span className={css.changes} title={texts.changesLabel(added, removed, edited, moved, other)}>
            <span className="visually-hidden">{texts.changesLabel(added, removed, edited, moved, other)}</span>
            {parts.filter(({ count }) => count > 0).map(({ icon: Icon, count, tone }) => (
                <span key={tone} className={tone} aria-hidden="true"><Icon size={13} />{count}</span>
            ))}
        </span>
    );
}
