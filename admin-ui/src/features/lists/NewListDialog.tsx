import * as v from 'valibot';

import { api } from '../../api/client';
import { Button } from '../../components/Button';
import { Dialog } from '../../components/Dialog';
import { TextField } from '../../components/Field';
import { FormProblem } from '../../components/FormProblem';
import { showToast } from '../../components/Toasts';
import { useForm } from '../../components/useForm';
import { useRefetchLists } from './lists';
import { listsTexts } from './texts';

const texts = listsTexts.make;
const schema = v.object({
    name: v.pipe(v.string(), v.trim(), v.regex(/^[a-z0-9_][a-z0-9._-]{0,63}$/, texts.nameWrong)),
    comment: v.pipe(v.string(), v.trim(), v.maxLength(1000)),
});

/** Closes with the name of the list that was made. */
export function NewListDialog({ onClose }: { onClose(name: string | null): void }) {
    const refetch = useRefetchLists();
    const form = useForm({
        schema,
        initial: { name: '', comment: '' },
        submit: async (values) => {
            await api.create('/lists', values);
            void refetch();
            showToast({ text: texts.made(values.name) });
            onClose(values.name);
        },
    });
    return (
        <Dialog
            open
            onClose={() => onClose(null)}
            title={texts.title}
            description={texts.text}
            size="small"
            footer={
                <>
                    <Button onClick={() => onClose(null)}>{texts.cancel}</Button>
                    <Button variant="primary" busy={form.busy} onClick={() => void form.send()}>{texts.submit}</Button>
                </>
            }
        >
            <form onSubmit={form.onSubmit} noValidate style={{ display: 'contents' }}>
                {Object.keys(form.errors).length === 0 && <FormProblem problem={form.problem} errors={{}} />}
                <TextField label={texts.name} hint={texts.nameHint} autoComplete="off" spellCheck={false} autoFocus {...form.field('name')} />
                <TextField label={texts.comment} {...form.field('comment')} />
                <button type="submit" hidden aria-hidden="true" tabIndex={-1} />
            </form>
        </Dialog>
    );
}
