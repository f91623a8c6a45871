// Columns of the table of sessions: which there are, which are shown at first, and how a choice is
// written in the address.
export type Column =
    | 'time' | 'verdict' | 'user' | 'client' | 'destination' | 'rule' | 'reason' | 'protocol' | 'method' | 'status'
    | 'rx' | 'tx' | 'duration' | 'state' | 'version';

export const AllColumns: readonly Column[] = [
    'time', 'verdict', 'user', 'client', 'destination', 'rule', 'reason', 'protocol', 'method', 'status', 'rx', 'tx',
    'duration', 'state', 'version',
];
export const FirstColumns: readonly Column[] = ['time', 'verdict', 'user', 'client', 'destination', 'rule', 'rx', 'duration'];
/** What remains beside an open detail, which shows the rest. */
const NarrowColumns: readonly Column[] = ['time', 'verdict', 'user', 'destination'];
/** What there is room for on a phone. */
const PhoneColumns: readonly Column[] = ['time', 'verdict', 'destination'];

/** What of the chosen ones is shown; on a phone, those that were chosen on purpose all are. */
export function shownColumns(chosen: readonly Column[], detail: 'open' | 'closed', screen: 'phone' | 'wide'): readonly Column[] {
    if (screen === 'phone') return writeColumns(chosen) === null ? PhoneColumns : chosen;
    const narrow = detail === 'open' ? chosen.filter((column) => NarrowColumns.includes(column)) : chosen;
    return narrow.length > 0 ? narrow : chosen;
}

/** In the order of the table, whatever order the text has; an unreadable text is the first choice. */
export function readColumns(text: string | null): readonly Column[] {
    const wanted = new Set((text ?? '').split(','));
    const columns = AllColumns.filter((column) => wanted.has(column));
    return columns.length > 0 ? columns : FirstColumns;
}

/** Null for the first choice: it needs no mention. */
export function writeColumns(columns: readonly Column[]): string | null {
    const text = columns.join(',');
    return text === FirstColumns.join(',') ? null : text;
}

export function withColumn(columns: readonly Column[], column: Column): readonly Column[] {
    return AllColumns.filter((each) => each === column || columns.includes(each));
}

/** One always remains. */
export function withoutColumn(columns: readonly Column[], column: Column): readonly Column[] {
    return columns.length > 1 ? columns.filter((each) => each !== column) : columns;
}
