import { useQueryClient } from '@tanstack/react-query';
import * as v from 'valibot';

import { api } from '../../api/client';
import { Button } from '../../components/Button';
import { Dialog } from '../../components/Dialog';
import { Textarea, TextField } from '../../components/Field';
import { FormProblem } from '../../components/FormProblem';
import { showToast } from '../../components/Toasts';
import { useForm } from '../../components/useForm';
import { tokensTexts as texts } from './texts';
import { networksIn, type Token, tokensKey } from './tokens';

const schema = v.object({
    name: v.pipe(v.string(), v.trim(), v.nonEmpty(texts.fields.nameMissing), v.maxLength(100)),
    networks: v.string(),
});

export function EditTokenDialog({ token, onClose }: { token: Token; onClose(): void }) {
    const client = useQueryClient();
    const form = useForm({
        schema,
        initial: { name: token.name, networks: token.networks.join('\n') },
        submit: async ({ name, networks }) => {
            await api.patch(`/tokens/${encodeURIComponent(token.id)}`, { name, networks: networksIn(networks) }, { ifMatch: token.etag });
            void client.invalidateQueries({ queryKey: tokensKey });
            showToast({ text: texts.saved });
            onClose();
        },
    });
    const networkError = form.errors.networks ?? Object.entries(form.errors).find(([name]) => name.startsWith('networks.'))?.[1];
    return (
        <Dialog
            open
            onClose={onClose}
            title={texts.editTitle}
            footer={
                <>
                    <Button onClick={onClose}>{texts.cancel}</Button>
                    <Button variant="primary" busy={form.busy} onClick={() => void form.send()}>{texts.save}</Button>
                </>
            }
        >
            {Object.keys(form.errors).length === 0 && <FormProblem problem={form.problem} errors={{}} />}
            <TextField label={texts.fields.name} hint={texts.fields.nameHint} autoComplete="off" {...form.field('name')} />
            <Textarea label={texts.fields.networks} hint={texts.fields.networksHint} rows={3} spellCheck={false} {...form.field('networks')} error={networkError} />
        </Dialog>
    );
}
