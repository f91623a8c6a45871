// When names of users are hidden: says so, and lets people reveal them with a reason.
import { EyeOff } from 'lucide-react';
import { useState } from 'react';
import * as v from 'valibot';

import { Button } from '../../components/Button';
import { Dialog } from '../../components/Dialog';
import { TextField } from '../../components/Field';
import { FormProblem } from '../../components/FormProblem';
import { useForm } from '../../components/useForm';
import { useTimes } from '../../shell/useTimes';
import css from './PrivacyBar.module.css';
import { usePrivacy, useReveal } from './requests';
import { auditTexts } from './texts';

const texts = auditTexts.privacy;
const schema = v.object({ reason: v.pipe(v.string(), v.trim(), v.minLength(3, texts.reasonShort), v.maxLength(500)) });

export function PrivacyBar() {
    const times = useTimes();
    const { data: privacy } = usePrivacy();
    const [asking, setAsking] = useState(false);
    if (!privacy || (!privacy.mask_users && !privacy.record_details)) return null;
    return (
        <p className={css.bar}>
            {privacy.users_masked && (
                <>
                    <EyeOff aria-hidden="true" size={15} /> {texts.masked}
                    <Button size="small" onClick={() => setAsking(true)}>{texts.reveal}</Button>
                </>
            )}
            {!privacy.users_masked && privacy.revealed_until && <span>{texts.revealedUntil(times.short(privacy.revealed_until))}</span>}
            {privacy.record_details && <span>{texts.recorded}</span>}
            {asking && <RevealDialog onClose={() => setAsking(false)} />}
        </p>
    );
}

function RevealDialog({ onClose }: { onClose(): void }) {
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
