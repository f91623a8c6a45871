// Destination lists: what there is, which of them hold a host, and one of them in a panel.
import { Plus, Search } from 'lucide-react';
import { useDeferredValue, useMemo, useState } from 'react';
import { useParams } from 'wouter';

import { Button } from '../../components/Button';
import { Select, TextField } from '../../components/Field';
import { PageHeader } from '../../components/Panel';
import { EmptyState, ErrorState, Skeleton } from '../../components/States';
import { NarrowTable, useMedia } from '../../components/useMedia';
import { VirtualTable } from '../../components/VirtualTable';
import { count } from '../../format/numbers';
import { PolicyOwnerBanner, usePolicyNeeds } from '../../policy/PolicyOwner';
import { choice, text } from '../../shell/urlState';
import { usePageTitle } from '../../shell/usePageTitle';
import { useUrlState } from '../../shell/useUrlState';
import { listColumns } from './columns';
import { ListPanel } from './ListPanel';
import { type DestinationList, useLists } from './lists';
import css from './ListsPage.module.css';
import { LookupBox } from './LookupBox';
import { NewListDialog } from './NewListDialog';
import { listsTexts as texts } from './texts';

const kinds = ['all', 'hosts', 'networks', 'mixed', 'empty'] as const;
const parts = {
    q: text(),
    kind: choice(kinds, 'all'),
    host: text(),
    entries: text(),
    tab: choice(['entries', 'source', 'history', 'rules'], 'entries'),
};

export default function ListsPage() {
    const { id: openName } = useParams<{ id?: string }>();
    const [url, setUrl] = useUrlState(parts);
    const needs = usePolicyNeeds();
    const [making, make] = useState(false);
    usePageTitle(texts.title, openName);

    const q = useDeferredValue(url.q.trim());
    const lists = useLists(q, url.kind);
    const narrow = useMedia(NarrowTable);
    const rows = lists.data?.items ?? [];
    const widths = openName === undefined && !narrow ? 'all' : 'few';
    const columns = useMemo(() => listColumns(widths), [widths]);
    const filtered = q !== '' || url.kind !== 'all';
    const open = (name: string | null) => setUrl({ entries: '' }, { push: true, path: name === null ? '/lists' : `/lists/${encodeURIComponent(name)}` });

    return (
        <div className={css.page}>
            <PageHeader title={texts.title} actions={<Button variant="primary" icon={Plus} reason={needs} onClick={() => make(true)}>{texts.create}</Button>}>
                {texts.lead}
            </PageHeader>
            <PolicyOwnerBanner />
            <LookupBox host={url.host} onChange={(host) => setUrl({ host })} />
            <div className={css.bar}>
                <TextField className={css.search} label={texts.search} labelHidden placeholder={texts.search} icon={Search} type="search" data-search value={url.q} onChange={(next) => setUrl({ q: next })} />
                <Select label={texts.kind} labelHidden value={url.kind} onChange={(kind) => setUrl({ kind })} options={kinds.map((value) => ({ value, label: texts.kinds[value] }))} />
                <span className={css.status} role="status">{lists.data && texts.total(count(lists.data.total))}</span>
            </div>
            <div className={css.split}>
                <section className={css.table} aria-label={texts.title}>
                    {lists.isPending ? <div className={css.pad}><Skeleton rows={8} /></div>
                        : !lists.data ? <ErrorState what={texts.what} error={lists.error} onRetry={() => void lists.refetch()} />
                        : (
                            <VirtualTable
                                label={texts.title}
                                rows={rows}
                                columns={columns}
                                rowKey={nameOf}
                                openKey={openName}
                                onOpen={(row) => open(row.name)}
                                onActive={(row) => {
                                    if (openName) setUrl({ entries: '' }, { path: `/lists/${encodeURIComponent(row.name)}` });
                                }}
                                empty={filtered
                                    ? <EmptyState title={texts.noMatch} action={<Button onClick={() => setUrl({ q: '', kind: 'all' })}>{texts.dropFilter}</Button>}>{null}</EmptyState>
                                    : <EmptyState title={texts.empty} action={<Button variant="primary" icon={Plus} reason={needs} onClick={() => make(true)}>{texts.create}</Button>}>{texts.emptyTry}</EmptyState>}
                            />
                        )}
                </section>
                {openName && (
                    <ListPanel
                        key={openName}
                        name={openName}
                        tab={url.tab}
                        onTab={(tab) => setUrl({ tab })}
                        search={url.entries}
                        onSearch={(entries) => setUrl({ entries })}
                        onClose={() => open(null)}
                    />
                )}
            </div>
            {making && (
                <NewListDialog
                    onClose={(name) => {
                        make(false);
                        if (name) open(name);
                    }}
                />
            )}
        </div>
    );
}

function nameOf(row: DestinationList): string {
    return row.name;
}
