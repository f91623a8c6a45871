// Which columns the table has.
import { Button } from '../../components/Button';
import { Checkbox } from '../../components/Field';
import { AllColumns, type Column, FirstColumns, withColumn, withoutColumn } from './columns';
import css from './SessionTable.module.css';
import { auditTexts } from './texts';

const texts = auditTexts.table;

export default function ColumnChoice({ columns, onChange }: { columns: readonly Column[]; onChange(columns: readonly Column[]): void }) {
    return (
        <div className={css.columns}>
            {AllColumns.map((column) => (
                <Checkbox
                    key={column}
                    label={texts.titles[column]}
                    checked={columns.includes(column)}
                    onChange={(checked) => onChange(checked ? withColumn(columns, column) : withoutColumn(columns, column))}
                />
            ))}
            <Button size="small" onClick={() => onChange(FirstColumns)}>{texts.standard}</Button>
        </div>
    );
}
