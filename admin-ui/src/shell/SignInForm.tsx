// Name and password, then the code, then a new password if one is due. Used by the sign-in page and
// by the dialog over a page whose sign-in has expired.
import { type ReactNode, useEffect, useEffectEvent, useState } from 'react';
import * as v from 'valibot';

import { api } from '../api/client';
import { ApiProblem } from '../api/problem';
import type { Session } from '../api/session';
import { fetchSession } from '../api/session';
import { Button } from '../components/Button';
import { PasswordField, TextField } from '../components/Field';
import { FormProblem } from '../components/FormProblem';
import { useForm } from '../components/useForm';
import { shellTexts } from './texts';
import css from './SignInForm.module.css';

type Stage = 'password' | 'totp' | 'new-password';

interface Step {
    stage: 'signed-in' | 'totp' | 'password';
    session?: Session;
}

interface Props {
    name?: string | undefined;
    onSignedIn(session: Session): void;
    /** What the page shows above, which differs by stage. */
    heading?(stage: Stage): ReactNode;
}

const texts = shellTexts.signIn;

export function SignInForm({ name = '', onSignedIn, heading }: Props) {
    const [stage, setStage] = useState<Stage>('password');
    const [wait, startWait] = useWait();

    async function take(step: Step): Promise<void> {
        if (step.stage === 'totp') setStage('totp');
        else if (step.stage === 'password') setStage('new-password');
        else {
            if (step.session) api.setCsrf(step.session.csrf);
            onSignedIn(step.session ?? (await fetchSession()));
        }
    }

    async function post(path: string, body: unknown): Promise<void> {
        try {
            await take((await api.post<Step>(path, body, { onSignedOut: 'fail' })).data);
        } catch (error) {
            if (error instanceof ApiProblem) {
                startWait(Number(error.members.wait_s ?? error.retryAfterSeconds ?? 0));
                if (error.members.stage === 'none') setStage('password');
            }
            throw error;
        }
    }

    return (
        <>
            {heading?.(stage)}
            {stage === 'password' && <PasswordStep name={name} wait={wait} send={(values) => post('/session', values)} />}
            {stage === 'totp' && <CodeStep wait={wait} send={(values) => post('/session/totp', values)} onBack={() => setStage('password')} />}
            {stage === 'new-password' && <NewPasswordStep send={(password) => post('/session/password', { password })} />}
        </>
    );
}

const passwordSchema = v.object({
    name: v.pipe(v.string(), v.trim(), v.nonEmpty(texts.nameMissing)),
    password: v.pipe(v.string(), v.nonEmpty(texts.passwordMissing)),
});

function PasswordStep({ name, wait, send }: { name: string; wait: number; send(values: { name: string; password: string }): Promise<void> }) {
    const form = useForm({ schema: passwordSchema, initial: { name, password: '' }, submit: send });
    return (
        <form className={css.form} onSubmit={form.onSubmit} noValidate>
            <FormProblem problem={wait > 0 ? { detail: texts.wait(wait) } : form.problem} errors={{}} />
            <TextField label={texts.name} autoComplete="username" autoCapitalize="none" spellCheck={false} autoFocus={name === ''} {...form.field('name')} />
            <PasswordField label={texts.password} autoComplete="current-password" autoFocus={name !== ''} {...form.field('password')} />
            <Button type="submit" variant="primary" busy={form.busy} reason={wait > 0 ? texts.wait(wait) : undefined}>{texts.submit}</Button>
        </form>
    );
}

const codeSchema = v.object({ code: v.pipe(v.string(), v.trim(), v.nonEmpty(texts.codeMissing)) });

function CodeStep({ wait, send, onBack }: { wait: number; send(values: { code: string }): Promise<void>; onBack(): void }) {
    const form = useForm({ schema: codeSchema, initial: { code: '' }, submit: send });
    const { code } = form.values;
    const submit = useEffectEvent(() => void form.send());
    // The sixth digit submits by itself, also of a code pasted over another; a recovery code is sent with the button.
    useEffect(() => {
        if (/^\d{6}$/.test(code.replaceAll(' ', ''))) submit();
    }, [code]);
    return (
        <form className={css.form} onSubmit={form.onSubmit} noValidate>
            <FormProblem problem={wait > 0 ? { detail: texts.wait(wait) } : form.problem} errors={{}} />
            <TextField label={texts.code} hint={texts.codeHint} autoComplete="one-time-code" autoFocus spellCheck={false} maxLength={40} {...form.field('code')} />
            <Button type="submit" variant="primary" busy={form.busy} reason={wait > 0 ? texts.wait(wait) : undefined}>{texts.codeSubmit}</Button>
            <Button variant="quiet" onClick={onBack}>{texts.back}</Button>
        </form>
    );
}

const newPasswordSchema = v.pipe(
    v.object({ password: v.pipe(v.string(), v.minLength(12, texts.tooShort)), repeat: v.string() }),
    v.forward(v.check((input) => input.password === input.repeat, texts.notSame), ['repeat']),
);

function NewPasswordStep({ send }: { send(password: string): Promise<void> }) {
    const form = useForm({ schema: newPasswordSchema, initial: { password: '', repeat: '' }, submit: ({ password }) => send(password) });
    return (
        <form className={css.form} onSubmit={form.onSubmit} noValidate>
            <FormProblem problem={form.errors.password ? null : form.problem} errors={{}} />
            <PasswordField label={texts.newPassword} hint={texts.newPasswordHint} autoComplete="new-password" autoFocus {...form.field('password')} />
            <PasswordField label={texts.repeat} autoComplete="new-password" {...form.field('repeat')} />
            <Button type="submit" variant="primary" busy={form.busy}>{texts.newPasswordSubmit}</Button>
        </form>
    );
}

/** Seconds that remain, counted down. */
function useWait(): [number, (seconds: number) => void] {
    const [until, setUntil] = useState(0);
    const [now, setNow] = useState(0);
    useEffect(() => {
        if (until === 0) return;
        const timer = setInterval(() => setNow(Date.now()), 500);
        return () => clearInterval(timer);
    }, [until]);
    const remaining = Math.max(0, Math.ceil((until - now) / 1000));
    return [
        remaining,
        (amount) => {
            setNow(Date.now());
            setUntil(amount > 0 ? Date.now() + amount * 1000 : 0);
        },
    ];
}
