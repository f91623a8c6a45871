import { useQueryClient } from '@tanstack/react-query';
import * as v from 'valibot';

import { api } from '../../api/client';
import type { Role } from '../../api/types';
import { Button } from '../../components/Button';
import { CopyButton } from '../../components/CodeBlock';
import { Dialog } from '../../components/Dialog';
import { RadioCards, TextField } from '../../components/Field';
import { FormProblem } from '../../components/FormProblem';
import { showToast } from '../../components/Toasts';
import { useForm } from '../../components/useForm';
import { newPassword, peopleKey, type Person } from './people';
import css from './PeoplePage.module.css';
import { peopleTexts as texts } from './texts';

const roles: readonly Role[] = ['help-desk', 'auditor', 'editor', 'admin'];
const schema = v.object({
    name: v.pipe(v.string(), v.trim(), v.regex(/^[A-Za-z0-9][A-Za-z0-9._@-]{0,63}$/, texts.fields.nameWrong)),
    display: v.pipe(v.string(), v.trim(), v.maxLength(100)),
    role: v.picklist(roles),
    password: v.pipe(v.string(), v.minLength(12, texts.fields.passwordShort), v.maxLength(200)),
});

/** Closes with the person that was added. */
export function AddPersonDialog({ onClose }: { onClose(made: Person | null): void }) {
    const client = useQueryClient();
    const form = useForm({
        schema,
        initial: { name: '', display: '', role: 'help-desk' as Role, password: newPassword() },
        submit: async (values) => {
            const { data } = await api.create<Person>('/people', values);
            await client.invalidateQueries({ queryKey: peopleKey });
            showToast({ text: texts.added(data.name) });
            onClose(data);
        },
    });
    return (
        <Dialog
            open
            onClose={() => onClose(null)}
            title={texts.add}
            footer={
                <>
                    <Button onClick={() => onClose(null)}>{texts.cancel}</Button>
                    <Button variant="primary" busy={form.busy} onClick={() => void form.send()}>{texts.submit}</Button>
                </>
            }
        >
            {Object.keys(form.errors).length === 0 && <FormProblem problem={form.problem} errors={{}} />}
            <TextField label={texts.fields.name} hint={texts.fields.nameHint} autoComplete="off" spellCheck={false} autoFocus {...form.field('name')} />
            <TextField label={texts.fields.display} autoComplete="off" {...form.field('display')} />
            <RadioCards label={texts.role} value={form.values.role as Role} onChange={(role) => form.set('role', role)} options={roles.map((value) => ({ value, label: texts.roles[value], hint: texts.roleHints[value] }))} />
            <div className={css.password}>
                <TextField className={css.grow} label={texts.fields.password} hint={texts.fields.passwordHint} autoComplete="new-password" spellCheck={false} {...form.field('password')} />
                <CopyButton text={form.values.password} />
                <Button onClick={() => form.set('password', newPassword())}>{texts.fields.generate}</Button>
            </div>
        </Dialog>
    );
}
