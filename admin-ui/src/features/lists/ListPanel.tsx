// One list beside the table: its entries, where it comes from, its history, the rules that use it.
import { Download, Trash2, Upload } from 'lucide-react';
import { useState } from 'react';
import { Link } from 'wouter';

import { addressOf } from '../../api/client';
import { Button, ButtonLink, IconButton } from '../../components/Button';
import { SidePanel } from '../../components/Dialog';
import { EmptyState, ErrorState, Skeleton } from '../../components/States';
import { Tabs } from '../../components/Tabs';
import { ago } from '../../format/durations';
import { count } from '../../format/numbers';
import { usePolicyNeeds } from '../../policy/PolicyOwner';
import { useTimes } from '../../shell/useTimes';
import { ListState } from './columns';
import { EntriesPart } from './EntriesPart';
import { ImportDialog } from './ImportDialog';
import { type DestinationList, pathOf, useList, useVersions } from './lists';
import css from './ListsPage.module.css';
import { RemoveDialog } from './RemoveDialog';
import { SourcePart } from './SourcePart';
import { listsTexts as texts } from './texts';

type Tab = keyof typeof texts.tabs;

interface Props {
    name: string;
    tab: Tab;
    onTab(tab: Tab): void;
    /** What the entries are searched by. */
    search: string;
    onSearch(part: string): void;
    onClose(): void;
}

export function ListPanel({ name, tab, onTab, search, onSearch, onClose }: Props) {
    const needs = usePolicyNeeds();
    const list = useList(name);
    const [asking, ask] = useState<'nothing' | 'import' | 'remove'>('nothing');
    const data = list.data;
    return (
        <SidePanel title={name} onClose={onClose} takeFocus className={css.panel} actions={data && <IconButton icon={Trash2} label={texts.actions.remove} reason={needs} onClick={() => ask('remove')} />}>
            {list.isPending && <Skeleton rows={6} />}
            {list.isError && !data && <ErrorState what={texts.one} error={list.error} onRetry={() => void list.refetch()} />}
            {data && (
                <>
                    <div className={css.summary}>
                        <p>
                            <b>{count(data.entries)}</b> {texts.columns.entries.toLowerCase()}, {texts.usedBy(data.used_by.draft)} <ListState list={data} />
                        </p>
                        <p className={css.quiet}>{data.changed_by}, {ago(data.changed_at)}{data.comment && `. ${data.comment}`}</p>
                        <div className={css.actions}>
                            <Button icon={Upload} reason={needs} onClick={() => ask('import')}>{texts.actions.import}</Button>
                            <ButtonLink icon={Download} href={addressOf(`${pathOf(name)}/export`)} download>{texts.actions.export}</ButtonLink>
                        </div>
                    </div>
                    <Tabs label={name} value={tab} onChange={onTab} tabs={(Object.keys(texts.tabs) as Tab[]).map((value) => ({ value, label: texts.tabs[value] }))}>
                        {tab === 'entries' && <EntriesPart list={data} search={search} onSearch={onSearch} needs={needs} />}
                        {tab === 'source' && <SourcePart key={data.etag} list={data} needs={needs} />}
                        {tab === 'history' && <History list={data} />}
                        {tab === 'rules' && <Rules list={data} />}
                    </Tabs>
                </>
            )}
            {data && asking === 'import' && <ImportDialog list={data} onClose={() => ask('nothing')} />}
            {data && asking === 'remove' && (
                <RemoveDialog
                    list={data}
                    onClose={(gone) => {
                        ask('nothing');
                        if (gone) onClose();
                    }}
                />
            )}
        </SidePanel>
    );
}

function History({ list }: { list: DestinationList }) {
    const times = useTimes();
    const versions = useVersions(list.name, list.version);
    if (versions.isPending) return <Skeleton rows={4} />;
    if (versions.isError) return <ErrorState what={texts.history.what} error={versions.error} onRetry={() => void versions.refetch()} compact />;
    return (
        <ol className={css.history}>
            {versions.data.map((each) => (
                <li key={each.version}>
                    <b>{texts.history.version(each.version)}</b> <span className={css.change}>{texts.history.changes(count(each.added), count(each.removed))}</span>
                    {each.rejected > 0 && <span className={css.quiet}>, {texts.history.rejected(count(each.rejected))}</span>}
                    <span className={css.line}>{times.dayAndTime(each.at)}, {each.by}, {each.source}{each.note && `: ${each.note}`}</span>
                </li>
            ))}
        </ol>
    );
}

function Rules({ list }: { list: DestinationList }) {
    const { live, rules } = list.used_by;
    return (
        <>
            {live > 0 && <p className={css.quiet}>{texts.rules.live(live)}</p>}
            {rules.length === 0 ? <EmptyState>{texts.rules.none}</EmptyState> : (
                <ul className={css.history}>
                    {rules.map((rule) => (
                        <li key={rule.id}>
                            <Link href={`/rules/${encodeURIComponent(rule.id)}`}>{rule.name || rule.id}</Link> <span className={css.quiet}>{texts.rules.layers[rule.layer] ?? rule.layer}</span>
                        </li>
                    ))}
                </ul>
            )}
        </>
    );
}
