// How each column of the table shows a session.
import type { ReactNode } from 'react';

import { HostText } from '../../components/HostText';
import { VerdictBadge } from '../../components/VerdictBadge';
import type { Column as TableColumn } from '../../components/VirtualTable';
import { millis } from '../../format/durations';
import { bytes, NotApplicable } from '../../format/numbers';
import type { Column } from './columns';
import type { SessionRow } from './requests';
import css from './SessionTable.module.css';
import { codeWords } from './termWords';
import { auditTexts } from './texts';

/** A row whose page was let go again: it is fetched when it comes into sight. */
export interface UnloadedRow {
    unloaded: number;
}

export type ShownRow = SessionRow | UnloadedRow;

export function isLoaded(row: ShownRow): row is SessionRow {
    return !('unloaded' in row);
}

interface Show {
    width: string;
    align?: 'end';
    render(row: SessionRow, exact: (at: string) => string): ReactNode;
}

const texts = auditTexts.table;

const shows: Record<Column, Show> = {
    time: { width: '92px', render: (row, exact) => <Clock text={exact(row.time)} /> },
    verdict: { width: '96px', render: (row) => <VerdictBadge verdict={row.verdict} tense="session" /> },
    user: { width: 'minmax(88px, 1fr)', render: (row) => userOf(row) },
    client: { width: 'minmax(92px, 0.8fr)', render: (row) => row.client },
    destination: { width: 'minmax(130px, 2.2fr)', render: (row) => <Destination row={row} /> },
    rule: { width: 'minmax(100px, 1.3fr)', render: (row) => ruleOf(row) },
    reason: { width: 'minmax(92px, 0.8fr)', render: (row) => (row.reason === null ? NotApplicable : codeWords('reason', row.reason)) },
    protocol: { width: 'minmax(76px, 0.5fr)', render: (row) => row.protocol ?? NotApplicable },
    method: { width: '76px', render: (row) => row.method ?? NotApplicable },
    status: { width: '52px', align: 'end', render: (row) => row.status ?? NotApplicable },
    rx: { width: '70px', align: 'end', render: (row) => bytes(row.rx_bytes) },
    tx: { width: '70px', align: 'end', render: (row) => bytes(row.tx_bytes) },
    duration: { width: '80px', align: 'end', render: (row) => <Lasted row={row} /> },
    state: { width: '88px', render: (row) => auditTexts.states[row.state] ?? row.state },
    version: { width: '56px', align: 'end', render: (row) => (row.policy_version === null ? NotApplicable : `v${row.policy_version}`) },
};

/** Times of today need less room than those with a date. */
export type ClockRoom = 'time' | 'date-and-time';

export function clockRoom(rows: readonly ShownRow[], exact: (at: string) => string): ClockRoom {
    const ends = [rows.findLast(isLoaded), rows.find(isLoaded)];
    return ends.some((row) => row && exact(row.time).length > '00:00:00.000'.length) ? 'date-and-time' : 'time';
}

/** The same array for the same arguments matters: rows are compared by it. */
export function tableColumns(columns: readonly Column[], room: ClockRoom, zone: string, exact: (at: string) => string): ReadonlyArray<TableColumn<ShownRow>> {
    return columns.map((column) => {
        const { width, align, render } = shows[column];
        return {
            id: column,
            title: column === 'time' ? texts.time(zone) : texts.titles[column],
            width: column === 'time' && (room === 'date-and-time' || zone.length > 4) ? '140px' : width,
            ...(align ? { align } : {}),
            render: (row: ShownRow) => (isLoaded(row) ? render(row, exact) : column === 'time' ? <span className={css.unloaded}>{texts.loading}</span> : null),
        };
    });
}

/** Milliseconds quieter than the rest. */
function Clock({ text }: { text: string }) {
    const dot = text.lastIndexOf('.');
    return dot < 0 ? text : <>{text.slice(0, dot)}<span className={css.quiet}>{text.slice(dot)}</span></>;
}

export function userOf(row: Pick<SessionRow, 'user' | 'user_masked'>): ReactNode {
    if (row.user_masked) return <span className={css.quiet}>{texts.masked}</span>;
    return row.user || <span className={css.quiet}>{NotApplicable}</span>;
}

function ruleOf({ rule }: SessionRow): ReactNode {
    if (!rule) return <span className={css.quiet}>{texts.notAsked}</span>;
    return rule.id === null || rule.id === '' ? <span className={css.quiet}>{texts.defaultRow(rule.layer)}</span> : rule.name;
}

function Destination({ row }: { row: SessionRow }) {
    if (row.host === null) return <span className={css.quiet}>{NotApplicable}</span>;
    return <HostText host={row.host} port={unusualPort(row)} strong />;
}

/** Null for the port that everybody expects. */
export function unusualPort({ port, protocol, method }: Pick<SessionRow, 'port' | 'protocol' | 'method'>): number | null {
    if (port === null) return null;
    const secure = protocol === 'connect' || protocol === 'tls' || method === 'CONNECT';
    const usual = secure ? [443] : protocol === 'websocket' ? [80, 443] : [80];
    return usual.includes(port) ? null : port;
}

/** An open session has not lasted yet; of a lost one nobody knows how long it went on. */
function Lasted({ row }: { row: SessionRow }) {
    if (row.state === 'open' || row.state === 'interrupted') {
        return <span className={row.state === 'open' ? css.open : css.interrupted}>{auditTexts.states[row.state]}</span>;
    }
    return millis(row.duration_ms);
}
