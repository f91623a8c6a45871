// How the file of a list is read: the same for an import and for a feed.
import { Select, TextField } from '../../components/Field';
import { listsTexts } from './texts';

const texts = listsTexts.form;

export interface FileForm {
    format: 'plain' | 'hosts' | 'csv';
    column: string;
    separator: 'comma' | 'semicolon' | 'tab';
    bare_name: 'host' | 'with_subdomains';
}

export const plainForm: FileForm = { format: 'plain', column: '1', separator: 'comma', bare_name: 'host' };

interface Props {
    value: FileForm;
    onChange(value: FileForm): void;
}

export function FileFormFields({ value, onChange }: Props) {
    const set = (part: Partial<FileForm>) => onChange({ ...value, ...part });
    return (
        <>
            <Select label={texts.format} value={value.format} onChange={(format) => set({ format })} options={optionsOf(texts.formats)} />
            {value.format === 'csv' && (
                <>
                    <TextField label={texts.column} hint={texts.columnHint} value={value.column} onChange={(column) => set({ column })} />
                    <Select label={texts.separator} value={value.separator} onChange={(separator) => set({ separator })} options={optionsOf(texts.separators)} />
                </>
            )}
            <Select label={texts.bare} value={value.bare_name} onChange={(bare_name) => set({ bare_name })} options={optionsOf(texts.bares)} />
        </>
    );
}

function optionsOf<Value extends string>(labels: Readonly<Record<Value, string>>): Array<{ value: Value; label: string }> {
    return (Object.keys(labels) as Value[]).map((value) => ({ value, label: labels[value] }));
}
