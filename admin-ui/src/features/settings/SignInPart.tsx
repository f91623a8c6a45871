// Settings that are no lines of the config file: they are kept with the accounts and count at once.
import { Button } from '../../components/Button';
import { NumberField, Switch } from '../../components/Field';
import { FormProblem } from '../../components/FormProblem';
import { Panel } from '../../components/Panel';
import { ErrorState, Skeleton } from '../../components/States';
import { settingsKey, type SignInSettings, useSignInSettings } from './settings';
import css from './SettingsPage.module.css';
import { settingsTexts } from './texts';
import { useKeptForm } from './useKeptForm';

const texts = settingsTexts.people;

export function SignInPart() {
    const query = useSignInSettings();
    if (query.isPending) return <div className={css.part}><Skeleton rows={4} /></div>;
    if (!query.data) return <ErrorState what={texts.what} error={query.error} onRetry={() => void query.refetch()} />;
    return <SignInForm key={query.data.etag} saved={query.data.settings} etag={query.data.etag} />;
}

function SignInForm({ saved, etag }: { saved: SignInSettings; etag: string | null }) {
    const { values, change, problem, errors, isSaving, onSubmit } = useKeptForm({ path: '/settings/sign-in', saved, etag, outdates: settingsKey, savedText: texts.saved });
    return (
        <form className={css.part} noValidate onSubmit={onSubmit}>
            <Panel title={settingsTexts.signIn}>
                <div className={css.narrow}>
                    <div>
                        <Switch label={texts.twoPerson} labelShown checked={values.two_person} onChange={(two_person) => change({ two_person })} />
                        <p className={css.quiet}>{texts.twoPersonHint}</p>
                    </div>
                    <NumberField label={texts.idle} unit={texts.minutes} min={5} max={480} step={5} value={values.idle_minutes} onChange={(value) => change({ idle_minutes: value ?? saved.idle_minutes })} error={errors.idle_minutes} />
                    <NumberField label={texts.absolute} unit={texts.hours} min={1} max={24} value={values.absolute_hours} onChange={(value) => change({ absolute_hours: value ?? saved.absolute_hours })} error={errors.absolute_hours} />
                    <FormProblem problem={problem} errors={errors} />
                    <div><Button type="submit" variant="primary" busy={isSaving}>{texts.save}</Button></div>
                </div>
            </Panel>
        </form>
    );
}
