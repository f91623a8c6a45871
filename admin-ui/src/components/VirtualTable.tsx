// VirtualTable: a long list of rows of which only the visible ones exist.
//
// The table is one stop of the Tab key. Inside, j k and arrows move between rows, Enter opens, x or
// Space selects, Home and End jump. Rows are memoised by their data: give stable row objects and
// columns. Sorting, filtering and paging are the server's.
import { ArrowDown, ArrowUp } from 'lucide-react';
import { type KeyboardEvent, memo, type ReactNode, useContext, useEffect, useId, useRef, useState } from 'react';

import { classes } from './classes';
import { hasModifier, isTyping, LetterKeysContext } from './letterKeys';
import css from './VirtualTable.module.css';
import { componentTexts } from './texts';
import { useRowWindow } from './useRowWindow';

export interface Column<Row> {
    id: string;
    title: string;
    /** A grid track: "120px", "minmax(140px, 2fr)". */
    width: string;
    align?: 'end';
    render(row: Row): ReactNode;
    /** The column's head sorts. */
    sortable?: boolean;
    titleHidden?: boolean;
}

export interface Sort {
    column: string;
    direction: 'asc' | 'desc';
}

export interface VirtualTableProps<Row> {
    /** Says what the table holds. */
    label: string;
    rows: readonly Row[];
    columns: ReadonlyArray<Column<Row>>;
    rowKey(row: Row): string;
    /** The row whose detail is open. */
    openKey?: string | null;
    onOpen?(row: Row): void;
    /** The row under the keyboard changed; a detail panel may follow. */
    onActive?(row: Row): void;
    selected?: ReadonlySet<string>;
    onSelect?(row: Row): void;
    sort?: Sort | null;
    onSort?(sort: Sort): void;
    tone?(row: Row): 'deny' | 'new' | 'changed' | 'dimmed' | 'group' | undefined;
    /** The last rows came into view: fetch more. */
    onEndNear?(): void;
    /** Narrower than this, the table scrolls sideways in its own region; else what the columns need. */
    minWidth?: number;
    /** In place of rows. */
    empty?: ReactNode;
    busy?: boolean;
    onHoverChange?(hovered: boolean): void;
    onScrollTop?(top: number): void;
    /** Keys the page adds for the active row; return true when used. */
    onRowKey?(event: KeyboardEvent, row: Row): boolean;
    className?: string;
}

const rowHeightFallback = 32;
const HeadHeight = 35;

function rowHeight(): number {
    const value = parseInt(getComputedStyle(document.documentElement).getPropertyValue('--row'), 10);
    return Number.isFinite(value) && value > 0 ? value : rowHeightFallback;
}

export function VirtualTable<Row>(props: VirtualTableProps<Row>) {
    const { label, rows, columns, rowKey, openKey, onOpen, onActive, selected, onSelect, sort, onSort, tone, onEndNear, empty, busy } = props;
    const id = useId();
    const lettersOn = useContext(LetterKeysContext);
    const region = useRef<HTMLDivElement>(null);
    const [activeKey, setActiveKey] = useState<string | null>(null);
    const height = rowHeight();
    const visible = useRowWindow(region, rows.length, height, HeadHeight);
    const template = columns.map((column) => column.width).join(' ');
    const minWidth = props.minWidth ?? leastWidth(columns);
    const currentKey = activeKey ?? openKey ?? null;
    const activeIndex = currentKey === null ? -1 : rows.findIndex((row) => rowKey(row) === currentKey);

    const lastVisible = visible.end - 1;
    useEffect(() => {
        if (onEndNear && rows.length > 0 && lastVisible >= rows.length - 20) onEndNear();
    }, [onEndNear, lastVisible, rows.length]);

    function moveTo(index: number): void {
        const bounded = Math.max(0, Math.min(rows.length - 1, index));
        const row = rows[bounded];
        if (row === undefined) return;
        setActiveKey(rowKey(row));
        visible.reveal(bounded);
        onActive?.(row);
    }

    function onKeyDown(event: KeyboardEvent<HTMLDivElement>): void {
        if (isTyping(event.target)) return;
        if (event.target !== region.current && (event.key === 'Enter' || event.key === ' ')) return; // a control inside a row
        const active = rows[activeIndex];
        if (active !== undefined && props.onRowKey?.(event, active)) {
            event.preventDefault();
            return;
        }
        if (hasModifier(event)) return;
        const used = ((): boolean => {
            switch (event.key) {
                case 'ArrowDown': moveTo(activeIndex + 1); return true;
                case 'ArrowUp': moveTo(activeIndex - 1); return true;
                case 'Home': moveTo(0); return true;
                case 'End': moveTo(rows.length - 1); return true;
                case 'PageDown': moveTo(activeIndex + 15); return true;
                case 'PageUp': moveTo(activeIndex - 15); return true;
                case 'Enter': if (active !== undefined) onOpen?.(active); return active !== undefined;
                case 'j': if (lettersOn) moveTo(activeIndex + 1); return lettersOn;
                case 'k': if (lettersOn) moveTo(activeIndex - 1); return lettersOn;
                case 'x': if (lettersOn && active !== undefined) onSelect?.(active); return lettersOn && Boolean(onSelect);
                default: return false;
            }
        })();
        if (used) {
            event.preventDefault();
            event.stopPropagation();
        }
    }

    return (
        <div
            ref={region}
            role="grid"
            tabIndex={0}
            aria-label={label}
            aria-rowcount={rows.length + 1}
            aria-colcount={columns.length}
            aria-busy={busy || undefined}
            aria-multiselectable={onSelect ? true : undefined}
            aria-activedescendant={activeIndex >= visible.first && activeIndex < visible.end ? `${id}-${activeIndex}` : undefined}
            className={classes(css.region, props.className)}
            onKeyDown={onKeyDown}
            onScroll={(event) => props.onScrollTop?.(event.currentTarget.scrollTop)}
            onPointerEnter={() => props.onHoverChange?.(true)}
            onPointerLeave={() => props.onHoverChange?.(false)}
        >
            <div role="rowgroup" className={css.head} style={{ minWidth }}>
                <div role="row" aria-rowindex={1} className={css.headRow} style={{ gridTemplateColumns: template }}>
                    {columns.map((column) => (
                        <HeadCell key={column.id} column={column} sort={sort ?? null} onSort={onSort} />
                    ))}
                </div>
            </div>
            {rows.length === 0 ? (
                <div role="rowgroup">
                    <div role="row" aria-rowindex={2}>
                        <div role="gridcell">{empty}</div>
                    </div>
                </div>
            ) : (
                <div role="rowgroup" className={css.rows} style={{ height: rows.length * height, minWidth }}>
                    {rows.slice(visible.first, visible.end).map((row, offset) => {
                        const index = visible.first + offset;
                        const key = rowKey(row);
                        return (
                            <TableRow
                                key={key}
                                id={`${id}-${index}`}
                                row={row}
                                index={index}
                                top={index * height}
                                height={height}
                                template={template}
                                columns={columns}
                                open={key === openKey}
                                active={index === activeIndex}
                                selected={selected?.has(key) ?? false}
                                selectable={Boolean(onSelect)}
                                tone={tone?.(row)}
                                onPress={() => {
                                    setActiveKey(key);
                                    onOpen?.(row);
                                }}
                            />
                        );
                    })}
                </div>
            )}
        </div>
    );
}

/** The fixed widths and the least of the others. Reads "120px" and "minmax(90px, 1fr)". */
function leastWidth(columns: ReadonlyArray<{ width: string }>): number {
    const gaps = (columns.length - 1) * 12 + 28;
    return columns.reduce((sum, { width }) => sum + (Number(/(\d+)px/.exec(width)?.[1]) || 60), gaps);
}

function HeadCell<Row>({ column, sort, onSort }: { column: Column<Row>; sort: Sort | null; onSort: ((sort: Sort) => void) | undefined }) {
    const sorted = sort?.column === column.id ? sort.direction : null;
    const Arrow = sorted === 'asc' ? ArrowUp : ArrowDown;
    return (
        <div
            role="columnheader"
            aria-sort={sorted ? (sorted === 'asc' ? 'ascending' : 'descending') : undefined}
            className={classes(css.headCell, column.align === 'end' && css.end)}
        >
            {column.sortable && onSort ? (
                <button
                    type="button"
                    title={componentTexts.table.sortBy(column.title)}
                    onClick={() => onSort({ column: column.id, direction: sorted === 'desc' ? 'asc' : 'desc' })}
                >
                    {column.title}
                    {sorted && <Arrow aria-hidden="true" size={13} />}
                </button>
            ) : (
                <span className={column.titleHidden ? 'visually-hidden' : undefined}>{column.title}</span>
            )}
        </div>
    );
}

interface TableRowProps<Row> {
    id: string;
    row: Row;
    index: number;
    top: number;
    height: number;
    template: string;
    columns: ReadonlyArray<Column<Row>>;
    open: boolean;
    active: boolean;
    selected: boolean;
    selectable: boolean;
    tone: string | undefined;
    onPress(): void;
}

function TableRowInside<Row>({ id, row, index, top, height, template, columns, open, active, selected, selectable, tone, onPress }: TableRowProps<Row>) {
    return (
        <div
            id={id}
            role="row"
            aria-rowindex={index + 2}
            aria-selected={selectable ? selected : open || undefined}
            className={classes(css.row, open && css.open, active && css.active, selected && css.selected, tone && css[tone])}
            style={{ transform: `translateY(${top}px)`, height, gridTemplateColumns: template }}
            onClick={(event) => {
                if (!(event.target as Element).closest('a, button, input, label')) onPress();
            }}
        >
            {columns.map((column) => (
                <div key={column.id} role="gridcell" className={classes(css.cell, column.align === 'end' && css.end)}>
                    {column.render(row)}
                </div>
            ))}
        </div>
    );
}

/** onPress closes over the row, which is compared itself. */
const TableRow = memo(TableRowInside, (before, after) =>
    before.row === after.row && before.index === after.index && before.top === after.top && before.height === after.height
    && before.columns === after.columns && before.open === after.open && before.active === after.active
    && before.selected === after.selected && before.selectable === after.selectable && before.tone === after.tone) as typeof TableRowInside;
