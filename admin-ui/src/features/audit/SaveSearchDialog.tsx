// Keeps the present search under a name.
import * as v from 'valibot';

import { roleReaches, useNeeds, useSession } from '../../api/session';
import { Button } from '../../components/Button';
import { Dialog } from '../../components/Dialog';
import { Checkbox, TextField } from '../../components/Field';
import { FormProblem } from '../../components/FormProblem';
import { showToast } from '../../components/Toasts';
import { useForm } from '../../components/useForm';
import { useSaveSearch } from './acts';
import css from './SavedSearches.module.css';
import { auditTexts } from './texts';

const texts = auditTexts.saved;
const schema = v.object({ name: v.pipe(v.string(), v.trim(), v.minLength(1, texts.nameMissing), v.maxLength(80)), shared: v.boolean() });

export default function SaveSearchDialog({ query, columns, onClose }: { query: string; columns: readonly string[]; onClose(): void }) {
    const save = useSaveSearch();
    const mayShare = roleReaches(useSession().role, 'auditor');
    const needs = useNeeds('auditor');
    const form = useForm({
        schema,
        initial: { name: '', shared: false },
        submit: async ({ name, shared }) => {
            await save.mutateAsync({ name, shared, query, columns: [...columns] });
            showToast({ text: texts.savedAs(name), milliseconds: 5000 });
            onClose();
        },
    });
    return (
        <Dialog
            open
            onClose={onClose}
            size="small"
            title={texts.title}
            description={texts.description}
            footer={<Button type="submit" form="save-search" variant="primary" busy={form.busy}>{texts.submit}</Button>}
        >
            <form id="save-search" className={css.form} onSubmit={form.onSubmit} noValidate>
                <FormProblem problem={form.problem} errors={{}} />
                <TextField label={texts.name} autoFocus {...form.field('name')} />
                <Checkbox
                    label={texts.share}
                    hint={mayShare ? undefined : needs}
                    disabled={!mayShare}
                    checked={form.values.shared}
                    onChange={(shared) => form.set('shared', shared)}
                />
            </form>
        </Dialog>
    );
}
