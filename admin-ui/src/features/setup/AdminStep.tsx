import { useMutation } from '@tanstack/react-query';
import { CircleCheck } from 'lucide-react';
import { useState } from 'react';

import { api } from '../../api/client';
import { ApiProblem } from '../../api/problem';
import type { Schema } from '../../api/types';
import { Button } from '../../components/Button';
import { CopyButton } from '../../components/CodeBlock';
import { PasswordField, RadioCards, TextField } from '../../components/Field';
import { QrCode } from '../../components/QrCode';
import { RecoveryCodes } from '../../components/RecoveryCodes';
import { ErrorState } from '../../components/States';
import type { useForm } from '../../components/useForm';
import type { adminSchema } from './setup';
import css from './SetupPage.module.css';
import { setupTexts } from './texts';

const texts = setupTexts.admin;

type AdminForm = ReturnType<typeof useForm<typeof adminSchema>>;

export function AdminStep({ form, token }: { form: AdminForm; token: string }) {
    const nameHolds = /^[A-Za-z0-9][A-Za-z0-9._@-]{0,63}$/.test(form.values.name.trim());
    return (
        <>
            <p className={css.lead}>{texts.lead}</p>
            <div className={css.pair}>
                <TextField label={texts.name} hint={texts.nameHint} autoComplete="username" autoCapitalize="none" spellCheck={false} {...form.field('name')} />
                <TextField label={texts.display} hint={texts.displayHint} autoComplete="name" {...form.field('display')} />
                <PasswordField label={texts.password} hint={texts.passwordHint} autoComplete="new-password" {...form.field('password')} />
                <PasswordField label={texts.repeat} autoComplete="new-password" {...form.field('repeat')} />
            </div>
            <h3>{texts.second}</h3>
            <RadioCards
                label={texts.second}
                value={form.values.second}
                onChange={(second) => form.set('second', second)}
                options={[{ value: 'now', label: texts.now, hint: texts.nowHint }, { value: 'later', label: texts.later, hint: texts.laterHint }]}
            />
            {form.values.second === 'now' && nameHolds && (
                <SecondFactor
                    token={token}
                    name={form.values.name.trim()}
                    checked={form.values.checked}
                    error={form.errors.checked}
                    onChecked={() => form.set('checked', true)}
                />
            )}
        </>
    );
}

interface SecondFactorProps {
    token: string;
    name: string;
    checked: boolean;
    error: string | undefined;
    onChecked(): void;
}

function SecondFactor({ token, name, checked, error, onChecked }: SecondFactorProps) {
    const texts = setupTexts.totp;
    const [code, setCode] = useState('');
    const secret = useMutation({
        mutationFn: async () => (await api.post<Schema<'SetupTotp'>>('/setup/totp', { token, name }, { onSignedOut: 'fail' })).data,
    });
    const check = useMutation({
        mutationFn: async (typed: string) => api.post('/setup/totp/check', { token, code: typed.replaceAll(' ', '') }, { onSignedOut: 'fail' }),
        onSuccess: onChecked,
    });
    if (checked && !secret.data) return <p className={css.right}><CircleCheck aria-hidden="true" size={16} /> {texts.right}</p>;
    if (secret.isError) return <ErrorState what={setupTexts.admin.second} error={secret.error} onRetry={() => secret.mutate()} compact />;
    if (!secret.data) {
        return (
            <div>
                <Button busy={secret.isPending} onClick={() => secret.mutate()}>{texts.show}</Button>
                {error && <p className={css.error}>{error}</p>}
            </div>
        );
    }
    const refused = check.error instanceof ApiProblem ? check.error.errors[0]?.detail ?? check.error.detail : undefined;
    return (
        <div className={css.totp}>
            <QrCode text={secret.data.uri} label={texts.qr} />
            <div className={css.totpText}>
                <p>{texts.scan}</p>
                <p className={css.key}>{texts.key} <code>{secret.data.secret}</code> <CopyButton text={secret.data.secret} /></p>
                {checked ? <p className={css.right}><CircleCheck aria-hidden="true" size={16} /> {texts.right}</p> : (
                    <div className={css.inline}>
                        <TextField
                            label={texts.code}
                            value={code}
                            onChange={(typed) => {
                                setCode(typed);
                                if (/^\d{6}$/.test(typed.replaceAll(' ', ''))) check.mutate(typed);
                            }}
                            inputMode="numeric"
                            autoComplete="one-time-code"
                            maxLength={10}
                            error={refused ?? error}
                        />
                        <Button busy={check.isPending} onClick={() => check.mutate(code)}>{texts.check}</Button>
                    </div>
                )}
            </div>
            <div className={css.codes}>
                <h3>{texts.codes}</h3>
                <p className={css.lead}>{texts.codesHint}</p>
                <RecoveryCodes codes={secret.data.recovery_codes} fileName="sallyport-recovery-codes.txt" />
            </div>
        </div>
    );
}
