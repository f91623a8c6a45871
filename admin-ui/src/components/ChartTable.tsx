// The numbers of a chart, for those who read rather than look.
import css from './charts.module.css';
import { componentTexts } from './texts';

interface Props {
    label: string;
    columns: readonly string[];
    rows: ReadonlyArray<{ time: string; values: readonly string[] }>;
}

export function ChartTable({ label, columns, rows }: Props) {
    return (
        <div className={css.tableRegion} tabIndex={0} role="region" aria-label={label}>
            <table className={css.table}>
                <thead>
                    <tr>
                        <th scope="col">{componentTexts.chart.time}</th>
                        {columns.map((column) => <th key={column} scope="col">{column}</th>)}
                    </tr>
                </thead>
                <tbody>
                    {rows.map((row) => (
                        <tr key={row.time}>
                            <th scope="row">{row.time}</th>
                            {row.values.map((value, index) => <td key={index}>{value}</td>)}
                        </tr>
                    ))}
                </tbody>
            </table>
        </div>
    );
}

export function TableToggle({ shown, onToggle }: { shown: boolean; onToggle(): void }) {
    return (
        <button type="button" className={css.toggle} onClick={onToggle}>
            {shown ? componentTexts.chart.asChart : componentTexts.chart.asTable}
        </button>
    );
}
