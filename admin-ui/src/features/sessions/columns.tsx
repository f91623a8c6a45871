import { Checkbox } from '../../components/Field';
import { HostText } from '../../components/HostText';
import { VerdictBadge } from '../../components/VerdictBadge';
import type { Column } from '../../components/VirtualTable';
import { bytes, rate } from '../../format/numbers';
import { Age } from './Age';
import { type LiveSession, ruleName } from './liveSessions';
import css from './SessionsPage.module.css';
import { sessionsTexts as texts } from './texts';

interface Options {
    /** The rate that fills the bar. */
    scale: number;
    selected: ReadonlySet<string>;
    exactTime(at: string): string;
    onSelect(row: LiveSession): void;
    selectable: boolean;
    /** Beside an open detail, and on small screens, there is room for few. */
    room: Room;
}

export type Room = 'all' | 'few' | 'fewest';

const shownIn: Record<Room, ReadonlySet<string> | null> = {
    all: null,
    few: new Set(['select', 'started', 'user', 'host', 'rule', 'verdict', 'rate']),
    fewest: new Set(['user', 'host', 'rate']),
};

const heads = texts.columns;

export function sessionColumns({ scale, selected, exactTime, onSelect, selectable, room }: Options): Array<Column<LiveSession>> {
    const check: Column<LiveSession> = {
        id: 'select',
        title: heads.select,
        titleHidden: true,
        width: '24px',
        render: (row) => <Checkbox label={texts.selectRow(row.host)} labelHidden checked={selected.has(row.id)} onChange={() => onSelect(row)} />,
    };
    const all: Array<Column<LiveSession>> = [
        ...(selectable ? [check] : []),
        { id: 'started', title: heads.started, width: '96px', render: (row) => <time dateTime={row.started_at}>{exactTime(row.started_at)}</time> },
        { id: 'user', title: heads.user, width: 'minmax(94px, 1fr)', render: (row) => row.user ?? <span className={css.quiet}>{row.user_masked ? texts.hidden : texts.notIdentified}</span> },
        { id: 'client', title: heads.client, width: 'minmax(94px, 0.8fr)', render: (row) => row.client_ip },
        { id: 'host', title: heads.host, width: 'minmax(120px, 3.2fr)', render: (row) => <HostText host={row.host} port={isUsual(row) ? null : row.port} strong /> },
        { id: 'rule', title: heads.rule, width: 'minmax(96px, 1.2fr)', render: (row) => ruleName(row.rule, texts.defaultRule, texts.undecided) },
        { id: 'protocol', title: heads.protocol, width: '86px', render: (row) => texts.protocols[row.protocol] ?? row.protocol },
        { id: 'verdict', title: heads.verdict, width: '94px', render: (row) => <VerdictBadge verdict={row.verdict} tense="session" /> },
        { id: 'bytes', title: heads.bytes, width: '122px', align: 'end', sortable: true, render: (row) => `${bytes(row.bytes_down)} / ${bytes(row.bytes_up)}` },
        { id: 'rate', title: heads.rate, width: '96px', align: 'end', sortable: true, render: (row) => <Rate row={row} scale={scale} /> },
        { id: 'age', title: heads.age, width: '80px', align: 'end', sortable: true, render: (row) => <Age since={row.started_at} /> },
    ];
    return all.filter((column) => shownIn[room]?.has(column.id) ?? true);
}

function Rate({ row, scale }: { row: LiveSession; scale: number }) {
    const known = row.rate_down !== null || row.rate_up !== null;
    const value = (row.rate_down ?? 0) + (row.rate_up ?? 0);
    return (
        <span className={css.rate}>
            {known ? rate(value) : '–'}
            <span className={css.rateBar} style={{ width: `${Math.min(100, (value / scale) * 100)}%` }} />
        </span>
    );
}

/** The default port of what was asked says nothing new. */
export function isUsual({ port, protocol }: Pick<LiveSession, 'port' | 'protocol'>): boolean {
    return port === 443 || (port === 80 && (protocol === 'http' || protocol === 'websocket'));
}
