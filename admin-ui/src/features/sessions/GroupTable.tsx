import { useMemo, useState } from 'react';

import type { Schema } from '../../api/types';
import { EmptyState } from '../../components/States';
import { type Column, type Sort, VirtualTable } from '../../components/VirtualTable';
import { bytes, count, rate } from '../../format/numbers';
import { sessionsTexts as texts } from './texts';

type Group = Schema<'SessionGroup'>;

const sums: Record<string, (group: Group) => number> = {
    sessions: (group) => group.sessions,
    bytes: (group) => Number(group.bytes_down) + Number(group.bytes_up),
    rate: (group) => group.rate_down + group.rate_up,
};

interface Props {
    groups: readonly Group[];
    group: 'user' | 'host' | 'rule';
    /** Shows the sessions of one group. */
    onOpen(value: string): void;
}

export function GroupTable({ groups, group, onOpen }: Props) {
    const [sort, setSort] = useState<Sort>({ column: 'rate', direction: 'desc' });
    const columns = useMemo<Array<Column<Group>>>(() => [
        { id: 'label', title: texts.group[group], width: 'minmax(160px, 2fr)', render: (row) => <b>{row.value === '-' && group === 'user' ? texts.notIdentified : row.label || texts.undecided}</b> },
        { id: 'sessions', title: texts.columns.sessions, width: '110px', align: 'end', sortable: true, render: (row) => count(row.sessions) },
        { id: 'bytes', title: texts.columns.bytes, width: '170px', align: 'end', sortable: true, render: (row) => `${bytes(row.bytes_down)} / ${bytes(row.bytes_up)}` },
        { id: 'rate', title: texts.columns.rate, width: '130px', align: 'end', sortable: true, render: (row) => rate(row.rate_down + row.rate_up) },
    ], [group]);
    const rows = useMemo(() => {
        const value = sums[sort.column] ?? sums.rate;
        const way = sort.direction === 'desc' ? -1 : 1;
        return [...groups].sort((a, b) => way * ((value?.(a) ?? 0) - (value?.(b) ?? 0)));
    }, [groups, sort]);
    return (
        <VirtualTable
            label={`${texts.groupBy}: ${texts.group[group]}`}
            rows={rows}
            columns={columns}
            rowKey={keyOf}
            sort={sort}
            onSort={setSort}
            onOpen={(row) => onOpen(row.value)}
            empty={<EmptyState>{texts.empty}</EmptyState>}
        />
    );
}

function keyOf(row: Group): string {
    return row.value;
}
