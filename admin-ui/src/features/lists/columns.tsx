import { Chip } from '../../components/Chip';
import type { Column } from '../../components/VirtualTable';
import { ago, oneUnit } from '../../format/durations';
import { count, exactCount } from '../../format/numbers';
import type { DestinationList } from './lists';
import css from './ListsPage.module.css';
import { listsTexts as texts } from './texts';

/** Beside an open list there is room for few. */
export function listColumns(room: 'all' | 'few'): Array<Column<DestinationList>> {
    const heads = texts.columns;
    const all: Array<Column<DestinationList>> = [
        { id: 'name', title: heads.name, width: 'minmax(100px, 1.2fr)', render: (row) => <b className={css.name} title={row.comment}>{row.name}</b> },
        { id: 'kind', title: heads.kind, width: '130px', render: (row) => texts.kinds[row.kind] },
        { id: 'entries', title: heads.entries, width: '64px', align: 'end', render: (row) => <span title={exactCount(row.entries)}>{count(row.entries)}</span> },
        { id: 'source', title: heads.source, width: 'minmax(140px, 1.6fr)', render: (row) => <span title={row.feed?.url ?? row.source}>{sourceOf(row)}</span> },
        { id: 'age', title: heads.age, width: '104px', render: (row) => <time dateTime={row.changed_at}>{ago(row.changed_at)}</time> },
        { id: 'used', title: heads.used, width: '70px', render: (row) => texts.usedBy(row.used_by.draft) },
        { id: 'state', title: heads.state, width: 'minmax(74px, 150px)', render: (row) => <ListState list={row} /> },
    ];
    const few = new Set(['name', 'entries', 'used', 'state']);
    return room === 'all' ? all : all.filter((column) => few.has(column.id));
}

function sourceOf({ feed, source }: DestinationList): string {
    if (feed) return `${feed.url}, ${texts.every(intervalText(feed.interval_s))}`;
    return source === 'by hand' ? texts.byHand : source;
}

export function intervalText(seconds: number): string {
    return texts.source.intervals[String(seconds)] ?? oneUnit(seconds);
}

export function ListState({ list }: { list: DestinationList }) {
    const { feed } = list;
    if (feed && (feed.state === 'failed' || feed.state === 'stale')) return <Chip tone="warning" title={feed.error}>{texts.states[feed.state]}</Chip>;
    if (list.pending) return <Chip tone="accent" title={texts.pendingHint}>{texts.pending}</Chip>;
    if (feed) return <Chip tone={feed.state === 'fresh' ? 'allow' : 'plain'}>{texts.states[feed.state]}</Chip>;
    return <span className={css.quiet}>{texts.ok}</span>;
}
