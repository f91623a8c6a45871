// What a list holds: searched on the server, a page at a time; added and removed by hand.
import { useMutation } from '@tanstack/react-query';
import { Plus, Search, X } from 'lucide-react';
import { useDeferredValue, useMemo, useState } from 'react';

import { api } from '../../api/client';
import { ApiProblem } from '../../api/problem';
import { Button } from '../../components/Button';
import { Checkbox, Textarea, TextField } from '../../components/Field';
import { FormProblem } from '../../components/FormProblem';
import { EmptyState, ErrorState, Skeleton } from '../../components/States';
import { showToast } from '../../components/Toasts';
import { type Column, VirtualTable } from '../../components/VirtualTable';
import { type DestinationList, pathOf, useEntries, useRefetchLists } from './lists';
import css from './ListsPage.module.css';
import { listsTexts } from './texts';

const texts = listsTexts.entries;

interface Entry {
    entry: string;
}

interface Props {
    list: DestinationList;
    search: string;
    onSearch(part: string): void;
    needs: string | undefined;
}

export function EntriesPart({ list, search, onSearch, needs }: Props) {
    const part = useDeferredValue(search.trim());
    const entries = useEntries(list.name, list.version, part);
    const [selected, select] = useState<ReadonlySet<string>>(new Set());
    const [adding, add] = useState(false);
    const refetch = useRefetchLists();
    const rows = useMemo(() => entries.data?.pages.flatMap((page) => page.items) ?? [], [entries.data]);
    const toggle = ({ entry }: Entry) => select((before) => toggled(before, entry));
    const remove = useMutation({
        mutationFn: () => api.delete<DestinationList>(`${pathOf(list.name)}/entries`, { ifMatch: list.etag, body: { entries: [...selected] } }),
        onSuccess: () => {
            showToast({ text: texts.removed(selected.size) });
            select(new Set());
            void refetch();
        },
    });
    const columns = useMemo<Array<Column<Entry>>>(() => {
        const check: Column<Entry> = {
            id: 'select', title: texts.select, titleHidden: true, width: '24px',
            render: (row) => <Checkbox label={texts.selectRow(row.entry)} labelHidden checked={selected.has(row.entry)} onChange={() => select((before) => toggled(before, row.entry))} />,
        };
        return [...(needs ? [] : [check]), { id: 'entry', title: texts.column, width: 'minmax(160px, 1fr)', render: (row) => <span className="identifier">{row.entry}</span> }];
    }, [selected, needs]);
    return (
        <div className={css.entries}>
            <div className={css.entryBar}>
                <TextField className={css.grow} label={texts.search} labelHidden placeholder={texts.search} icon={Search} type="search" value={search} onChange={onSearch} spellCheck={false} />
                {selected.size > 0
                    ? <Button variant="danger" icon={X} busy={remove.isPending} onClick={() => remove.mutate()}>{texts.removeSelected(selected.size)}</Button>
                    : <Button icon={Plus} reason={needs} aria-expanded={adding} onClick={() => add(!adding)}>{texts.adding}</Button>}
            </div>
            <FormProblem problem={remove.error} errors={{}} />
            {adding && <AddEntries list={list} onDone={() => add(false)} />}
            <div className={css.entryTable}>
                {entries.isPending ? <div className={css.pad}><Skeleton rows={8} /></div>
                    : !entries.data ? <ErrorState what={texts.what} error={entries.error} onRetry={() => void entries.refetch()} compact />
                    : (
                        <VirtualTable
                            label={texts.label(list.name)}
                            rows={rows}
                            columns={columns}
                            rowKey={entryOf}
                            selected={selected}
                            onSelect={needs ? undefined : toggle}
                            busy={entries.isFetching}
                            onEndNear={entries.hasNextPage && !entries.isFetchingNextPage ? () => void entries.fetchNextPage() : undefined}
                            empty={<EmptyState>{part ? texts.noMatch(part) : texts.empty}</EmptyState>}
                        />
                    )}
            </div>
        </div>
    );
}

function entryOf(row: Entry): string {
    return row.entry;
}

function toggled(before: ReadonlySet<string>, entry: string): ReadonlySet<string> {
    const after = new Set(before);
    if (!after.delete(entry)) after.add(entry);
    return after;
}

function AddEntries({ list, onDone }: { list: DestinationList; onDone(): void }) {
    const [typed, type] = useState('');
    const refetch = useRefetchLists();
    const lines = typed.split(/[\s,]+/).filter((line) => line !== '');
    const add = useMutation({
        mutationFn: () => api.post<DestinationList>(`${pathOf(list.name)}/entries`, { entries: lines }, { ifMatch: list.etag }),
        onSuccess: () => {
            showToast({ text: texts.added });
            onDone();
            void refetch();
        },
    });
    const wrong = add.error instanceof ApiProblem ? add.error.errors.map(({ pointer, detail }) => wordsOf(pointer, detail, lines)).join(' ') : '';
    return (
        <form
            className={css.add}
            noValidate
            onSubmit={(event) => {
                event.preventDefault();
                if (lines.length > 0) add.mutate();
            }}
        >
            <Textarea label={texts.addLabel} rows={3} autoFocus spellCheck={false} value={typed} onChange={type} error={wrong || undefined} />
            {!wrong && <FormProblem problem={add.error} errors={{}} />}
            <div><Button type="submit" variant="primary" busy={add.isPending}>{texts.addSubmit}</Button></div>
        </form>
    );
}

/** "/entries/3" is the fourth that was typed. */
function wordsOf(pointer: string, detail: string, lines: readonly string[]): string {
    const index = Number(/^\/entries\/(\d+)$/.exec(pointer)?.[1] ?? NaN);
    return Number.isNaN(index) ? detail : `"${lines[index]}" ${detail}.`;
}
