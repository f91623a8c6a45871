import { useMutation } from '@tanstack/react-query';
import { CircleCheck, CircleX } from 'lucide-react';

import { api } from '../../api/client';
import type { Schema } from '../../api/types';
import { Button } from '../../components/Button';
import { NumberField, TextField } from '../../components/Field';
import { FormProblem } from '../../components/FormProblem';
import type { useForm } from '../../components/useForm';
import type { listenSchema } from './setup';
import css from './SetupPage.module.css';
import { setupTexts } from './texts';

const texts = setupTexts.listen;

interface Props {
    form: ReturnType<typeof useForm<typeof listenSchema>>;
    token: string;
    facts: Schema<'SetupFacts'>;
}

export function ListenStep({ form, token, facts }: Props) {
    const fixed = !facts.can_change_listener;
    const test = useMutation({
        mutationFn: async () =>
            (await api.post<Schema<'ListenFinding'>>('/setup/test-listen', { token, address: form.values.address.trim(), port: form.values.port }, { onSignedOut: 'fail' })).data,
    });
    return (
        <>
            <p className={css.lead}>{texts.lead}{fixed && ` ${texts.fixed}`}</p>
            <div className={css.pair}>
                <TextField label={texts.address} hint={fixed ? undefined : texts.addressHint} spellCheck={false} disabled={fixed} {...form.field('address')} />
                <NumberField label={texts.port} min={1} max={65_535} disabled={fixed} {...form.field('port')} />
            </div>
            {!fixed && (
                <div className={css.test}>
                    <Button busy={test.isPending} onClick={() => test.mutate()}>{texts.test}</Button>
                    <span role="status" className={test.data?.ok ? css.right : css.error}>
                        {test.data && (
                            <>
                                {test.data.ok ? <CircleCheck aria-hidden="true" size={16} /> : <CircleX aria-hidden="true" size={16} />} {test.data.detail}
                            </>
                        )}
                    </span>
                    <FormProblem problem={test.error} errors={{}} />
                </div>
            )}
        </>
    );
}
