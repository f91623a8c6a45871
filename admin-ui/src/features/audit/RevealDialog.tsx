// Asks why names of users are to be shown.
import * as v from 'valibot';

import { Button } from '../../components/Button';
import { Dialog } from '../../components/Dialog';
import { TextField } from '../../components/Field';
import { FormProblem } from '../../components/FormProblem';
import { useForm } from '../../components/useForm';
import { useReveal } from './acts';
import { auditTexts } from './texts';

const texts = auditTexts.privacy;
const schema = v.object({ reason: v.pipe(v.string(), v.trim(), v.minLength(3, texts.reasonShort), v.maxLength(500)) });

export default function RevealDialog({ onClose }: { onClose(): void }) {
    const reveal = useReveal();
    const form = useForm({
        schema,
        initial: { reason: '' },
        submit: async ({ reason }) => {
            await reveal.mutateAsync(reason);
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
            footer={<Button type="submit" form="reveal-users" variant="primary" busy={form.busy}>{texts.submit}</Button>}
        >
            <form id="reveal-users" onSubmit={form.onSubmit} noValidate style={{ display: 'grid', gap: 12 }}>
                <FormProblem problem={form.problem} errors={{}} />
                <TextField label={texts.reason} autoFocus {...form.field('reason')} />
            </form>
        </Dialog>
    );
}
