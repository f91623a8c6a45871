// A table of few rows. Where there is no room for its columns each row is a card: what names it on
// top, and below every value behind the name of its column.
//
// Roles are written out: laid out otherwise, a table is none any more to some browsers.
/* eslint-disable jsx-a11y/no-redundant-roles, jsx-a11y/no-interactive-element-to-noninteractive-role */
import type { ReactNode, Ref } from 'react';

import { classes } from './classes';
import css from './StackedTable.module.css';

interface TableProps {
    label: string;
    columns: ReadonlyArray<{ name: string; hidden?: boolean; className?: string | undefined }>;
    className?: string | undefined;
    /** StackedRows */
    children: ReactNode;
}

export function StackedTable({ label, columns, className, children }: TableProps) {
    return (
        <div className={css.region} role="region" aria-label={label} tabIndex={0}>
            <table role="table" className={classes(css.table, className)}>
                <thead role="rowgroup" className={css.head}>
                    <tr role="row">
                        {columns.map((column) => (
                            <th key={column.name} scope="col" role="columnheader" className={column.className}>
                                {column.hidden ? <span className="visually-hidden">{column.name}</span> : column.name}
                            </th>
                        ))}
                    </tr>
                </thead>
                <tbody role="rowgroup">{children}</tbody>
            </table>
        </div>
    );
}

export function StackedRow({ ref, className, children }: { ref?: Ref<HTMLTableRowElement> | undefined; className?: string | undefined; children: ReactNode }) {
    return <tr ref={ref} role="row" className={classes(css.row, className)}>{children}</tr>;
}

/** What belongs to the row above, as wide as all of them. */
export function RowBelow({ columns, className, children }: { columns: number; className?: string | undefined; children: ReactNode }) {
    return (
        <tr role="row" className={classes(css.below, className)}>
            <td role="cell" colSpan={columns}>{children}</td>
        </tr>
    );
}

/** The cell by which people know the row. */
export function RowName({ title, children }: { title?: string; children: ReactNode }) {
    return <th scope="row" role="rowheader" className={classes(css.cell, css.name)} title={title}>{children}</th>;
}

interface CellProps {
    /** Of the column, on a card; what stands beside the name or at the foot needs none. */
    name?: string;
    /** Where on a card; after the one before unless said. */
    place?: 'before-name' | 'after-name' | 'foot';
    className?: string | undefined;
    title?: string;
    children: ReactNode;
}

const places = { 'before-name': css.beforeName, 'after-name': css.afterName, foot: css.foot } as const;

export function Cell({ name, place, className, title, children }: CellProps) {
    return (
        <td role="cell" data-name={name} className={classes(css.cell, place && places[place], className)} title={title}>
            <div className={css.value}>{children}</div>
        </td>
    );
}
