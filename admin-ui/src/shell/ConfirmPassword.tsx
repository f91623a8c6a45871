import * as v from 'valibot';

import { api } from '../api/client';
import { Button } from '../components/Button';
import { Dialog } from '../components/Dialog';
import { PasswordField } from '../components/Field';
import { FormProblem } from '../components/FormProblem';
import { useForm } from '../components/useForm';
import { shellTexts } from './texts';

const schema = v.object({ password: v.pipe(v.string(), v.nonEmpty(shellTexts.signIn.passwordMissing)) });

export default function ConfirmPassword({ onDone, onCancel }: { onDone(): void; onCancel(): void }) {
    const texts = shellTexts.confirm;
    const form = useForm({
        schema,
        initial: { password: '' },
        submit: async (values) => {
            await api.post('/session/confirm', values);
            onDone();
        },
    });
    return (
        <Dialog
            open
            onClose={onCancel}
            size="small"
            title={texts.title}
            description={texts.description}
            footer={
                <>
                    <Button onClick={onCancel}>{texts.cancel}</Button>
                    <Button variant="primary" busy={form.busy} onClick={() => void form.send()}>{texts.submit}</Button>
                </>
            }
        >
            <form onSubmit={form.onSubmit} noValidate>
                {!form.errors.password && <FormProblem problem={form.problem} errors={form.errors} />}
                <PasswordField label={texts.password} autoComplete="current-password" autoFocus {...form.field('password')} />
            </form>
        </Dialog>
    );
}
