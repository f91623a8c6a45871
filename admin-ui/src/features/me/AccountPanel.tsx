import { useQueryClient } from '@tanstack/react-query';
import * as v from 'valibot';

import { api } from '../../api/client';
import { sessionKey } from '../../api/session';
import type { Schema } from '../../api/types';
import { Button } from '../../components/Button';
import { DescriptionList } from '../../components/DescriptionList';
import { TextField } from '../../components/Field';
import { FormProblem } from '../../components/FormProblem';
import { Panel } from '../../components/Panel';
import { showToast } from '../../components/Toasts';
import { useForm } from '../../components/useForm';
import { useTimes } from '../../shell/useTimes';
import { meKey } from './queryKeys';
import css from './MePage.module.css';
import { meTexts } from './texts';

const texts = meTexts.account;
const schema = v.object({ display: v.pipe(v.string(), v.trim(), v.maxLength(100)) });

export function AccountPanel({ me, etag }: { me: Schema<'Me'>; etag: string | null }) {
    const client = useQueryClient();
    const times = useTimes();
    const form = useForm({
        schema,
        initial: { display: me.display },
        submit: async (values) => {
            await api.patch('/me', values, { ifMatch: etag });
            await client.invalidateQueries({ queryKey: meKey });
            void client.invalidateQueries({ queryKey: sessionKey });
            showToast({ text: texts.saved });
        },
    });
    return (
        <Panel title={texts.title}>
            <DescriptionList
                items={[
                    { name: texts.name, value: me.name },
                    { name: texts.role, value: texts.roles[me.role] },
                    { name: texts.since, value: times.dayAndTime(me.created_at) },
                    { name: texts.lastSignIn, value: times.dayAndTime(me.last_sign_in_at) },
                ]}
            />
            <form className={css.account} onSubmit={form.onSubmit} noValidate>
                <FormProblem problem={form.errors.display ? null : form.problem} errors={{}} />
                <div className={css.row}>
                    <TextField className={css.grow} label={texts.display} autoComplete="name" {...form.field('display')} />
                    <Button type="submit" busy={form.busy}>{texts.save}</Button>
                </div>
            </form>
        </Panel>
    );
}
