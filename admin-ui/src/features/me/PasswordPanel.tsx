import { useQueryClient } from '@tanstack/react-query';
import * as v from 'valibot';

import { api } from '../../api/client';
import { useSession } from '../../api/session';
import { Button } from '../../components/Button';
import { PasswordField } from '../../components/Field';
import { FormProblem } from '../../components/FormProblem';
import { Panel } from '../../components/Panel';
import { showToast } from '../../components/Toasts';
import { useForm } from '../../components/useForm';
import css from './MePage.module.css';
import { signInsKey } from './queryKeys';
import { meTexts } from './texts';

const texts = meTexts.password;
const empty = { current: '', new: '', repeat: '' };
const schema = v.pipe(
    v.object({
        current: v.pipe(v.string(), v.nonEmpty(texts.missing)),
        new: v.pipe(v.string(), v.minLength(12, texts.tooShort), v.maxLength(200)),
        repeat: v.string(),
    }),
    v.forward(v.check((input) => input.new === input.repeat, texts.notSame), ['repeat']),
);

export function PasswordPanel() {
    const client = useQueryClient();
    const { user } = useSession();
    const form = useForm({
        schema,
        initial: empty,
        submit: async (values) => {
            await api.post('/me/password', { current: values.current, new: values.new });
            form.reset(empty);
            void client.invalidateQueries({ queryKey: signInsKey });
            showToast({ text: texts.changed });
        },
    });
    return (
        <Panel title={texts.title}>
            <form className={css.form} onSubmit={form.onSubmit} noValidate>
                {Object.keys(form.errors).length === 0 && <FormProblem problem={form.problem} errors={{}} />}
                <input type="text" name="username" autoComplete="username" value={user.name} readOnly hidden />
                <PasswordField label={texts.current} autoComplete="current-password" {...form.field('current')} />
                <PasswordField label={texts.next} hint={texts.hint} autoComplete="new-password" {...form.field('new')} />
                <PasswordField label={texts.repeat} autoComplete="new-password" {...form.field('repeat')} />
                <div>
                    <Button type="submit" busy={form.busy}>{texts.submit}</Button>
                </div>
            </form>
        </Panel>
    );
}
