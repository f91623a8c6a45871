// The second factor: set up with a first code, recovery codes, switched off.
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';

import { api } from '../../api/client';
import { ApiProblem } from '../../api/problem';
import type { Schema } from '../../api/types';
import { Button } from '../../components/Button';
import { CopyButton } from '../../components/CodeBlock';
import { Dialog } from '../../components/Dialog';
import { TextField } from '../../components/Field';
import { FormProblem } from '../../components/FormProblem';
import { Panel } from '../../components/Panel';
import { QrCode } from '../../components/QrCode';
import { RecoveryCodes } from '../../components/RecoveryCodes';
import { showToast } from '../../components/Toasts';
import { meKey } from './queryKeys';
import css from './MePage.module.css';
import { meTexts } from './texts';

const texts = meTexts.totp;

type Asking = 'nothing' | 'disable' | 'renew';

export function TotpPanel({ me }: { me: Schema<'Me'> }) {
    const client = useQueryClient();
    const [asking, ask] = useState<Asking>('nothing');
    const [codes, setCodes] = useState<readonly string[] | null>(null);
    const refetch = () => void client.invalidateQueries({ queryKey: meKey });
    const start = useMutation({ mutationFn: async () => (await api.post<Schema<'TotpSecret'>>('/me/totp')).data });
    const disable = useMutation({
        mutationFn: async () => api.delete('/me/totp'),
        onSuccess: () => {
            ask('nothing');
            refetch();
            showToast({ text: texts.disabled });
        },
    });
    const renew = useMutation({
        mutationFn: async () => (await api.post<Schema<'RecoveryCodes'>>('/me/recovery-codes')).data.recovery_codes,
        onSuccess: (made) => {
            ask('nothing');
            setCodes(made);
            refetch();
        },
    });

    if (codes) {
        return (
            <Panel title={texts.codes}>
                <p className={css.text}>{texts.codesHint}</p>
                <div className={css.form}>
                    <RecoveryCodes codes={codes} fileName="sallyport-recovery-codes.txt" />
                    <div><Button variant="primary" onClick={() => setCodes(null)}>{texts.kept}</Button></div>
                </div>
            </Panel>
        );
    }
    if (start.data) {
        return (
            <Enrol
                secret={start.data}
                onCancel={start.reset}
                onDone={(made) => {
                    start.reset();
                    setCodes(made);
                    refetch();
                }}
            />
        );
    }
    return (
        <Panel title={texts.title}>
            <p className={css.text}>
                {me.totp ? `${texts.on} ${texts.left(me.recovery_codes_left)}` : texts.off}
            </p>
            <FormProblem problem={start.error} errors={{}} />
            <div className={css.row}>
                <Button variant={me.totp ? 'secondary' : 'primary'} busy={start.isPending} onClick={() => start.mutate()}>{me.totp ? texts.startAgain : texts.start}</Button>
                {me.totp && <Button onClick={() => ask('renew')}>{texts.renew}</Button>}
                {me.totp && <Button variant="danger" onClick={() => ask('disable')}>{texts.disable}</Button>}
            </div>
            <Dialog
                open={asking === 'disable'}
                onClose={() => ask('nothing')}
                size="small"
                title={texts.disableTitle}
                description={texts.disableText}
                footer={
                    <>
                        <Button onClick={() => ask('nothing')}>{texts.cancel}</Button>
                        <Button variant="danger" busy={disable.isPending} onClick={() => disable.mutate()}>{texts.disableDo}</Button>
                    </>
                }
            >
                <FormProblem problem={disable.error} errors={{}} />
            </Dialog>
            <Dialog
                open={asking === 'renew'}
                onClose={() => ask('nothing')}
                size="small"
                title={texts.renewTitle}
                description={texts.renewText}
                footer={
                    <>
                        <Button onClick={() => ask('nothing')}>{texts.cancel}</Button>
                        <Button variant="primary" busy={renew.isPending} onClick={() => renew.mutate()}>{texts.renewDo}</Button>
                    </>
                }
            >
                <FormProblem problem={renew.error} errors={{}} />
            </Dialog>
        </Panel>
    );
}

function Enrol({ secret, onCancel, onDone }: { secret: Schema<'TotpSecret'>; onCancel(): void; onDone(codes: readonly string[]): void }) {
    const [code, setCode] = useState('');
    const confirm = useMutation({
        mutationFn: async (typed: string) => (await api.post<Schema<'RecoveryCodes'>>('/me/totp/confirm', { code: typed.replaceAll(' ', '') })).data.recovery_codes,
        onSuccess: onDone,
    });
    const refused = confirm.error instanceof ApiProblem ? confirm.error.errors[0]?.detail ?? confirm.error.detail : undefined;
    return (
        <Panel title={texts.title}>
            <div className={css.totp}>
                <QrCode text={secret.uri} label={texts.qr} />
                <form
                    className={css.totpText}
                    noValidate
                    onSubmit={(event) => {
                        event.preventDefault();
                        confirm.mutate(code);
                    }}
                >
                    <p>{texts.scan}</p>
                    <p className={css.key}>{texts.key} <code>{secret.secret}</code> <CopyButton text={secret.secret} /></p>
                    <TextField
                        label={texts.code}
                        value={code}
                        onChange={(typed) => {
                            setCode(typed);
                            if (/^\d{6}$/.test(typed.replaceAll(' ', ''))) confirm.mutate(typed);
                        }}
                        inputMode="numeric"
                        autoComplete="one-time-code"
                        maxLength={10}
                        error={refused}
                    />
                    <div className={css.row}>
                        <Button type="submit" variant="primary" busy={confirm.isPending}>{texts.confirm}</Button>
                        <Button onClick={onCancel}>{texts.cancel}</Button>
                    </div>
                </form>
            </div>
        </Panel>
    );
}
