// Settings that are no lines of the config file: they are kept with the accounts and count at once.
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';

import { api } from '../../api/client';
import { fieldErrors } from '../../api/problem';
import { Button } from '../../components/Button';
import { NumberField, Switch } from '../../components/Field';
import { FormProblem } from '../../components/FormProblem';
import { Panel } from '../../components/Panel';
import { ErrorState, Skeleton } from '../../components/States';
import { showToast } from '../../components/Toasts';
import { settingsKey, type SignInSettings, useSignInSettings } from './settings';
import css from './SettingsPage.module.css';
import { settingsTexts } from './texts';

const texts = settingsTexts.people;

export function SignInPart() {
    const query = useSignInSettings();
    if (query.isPending) return <div className={css.part}><Skeleton rows={4} /></div>;
    if (!query.data) return <ErrorState what={texts.what} error={query.error} onRetry={() => void query.refetch()} />;
    return <SignInForm key={query.data.etag} saved={query.data.settings} etag={query.data.etag} />;
}

function SignInForm({ saved, etag }: { saved: SignInSettings; etag: string | null }) {
    const client = useQueryClient();
    const [values, setValues] = useState(saved);
    const save = useMutation({
        mutationFn: () => api.patch('/settings/sign-in', values, { ifMatch: etag }),
        onSuccess: () => {
            showToast({ text: texts.saved });
            void client.invalidateQueries({ queryKey: settingsKey });
        },
    });
    const errors = fieldErrors(save.error);
    return (
        <form
            className={css.part}
            noValidate
            onSubmit={(event) => {
                event.preventDefault();
                save.mutate();
            }}
        >
            <Panel title={settingsTexts.signIn}>
                <div className={css.narrow}>
                    <div>
                        <Switch label={texts.twoPerson} labelShown checked={values.two_person} onChange={(two_person) => setValues({ ...values, two_person })} />
                        <p className={css.quiet}>{texts.twoPersonHint}</p>
                    </div>
                    <NumberField label={texts.idle} unit={texts.minutes} min={5} max={480} step={5} value={values.idle_minutes} onChange={(value) => setValues({ ...values, idle_minutes: value ?? saved.idle_minutes })} error={errors.idle_minutes} />
                    <NumberField label={texts.absolute} unit={texts.hours} min={1} max={24} value={values.absolute_hours} onChange={(value) => setValues({ ...values, absolute_hours: value ?? saved.absolute_hours })} error={errors.absolute_hours} />
                    <FormProblem problem={save.error} errors={errors} />
                    <div><Button type="submit" variant="primary" busy={save.isPending}>{texts.save}</Button></div>
                </div>
            </Panel>
        </form>
    );
}
