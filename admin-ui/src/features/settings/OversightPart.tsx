// Who is shown what of users and figures, and when a rule counts as quiet: kept with the accounts.
import { Button } from '../../components/Button';
import { NumberField, Switch } from '../../components/Field';
import { FormProblem } from '../../components/FormProblem';
import { Panel } from '../../components/Panel';
import { ErrorState, Skeleton } from '../../components/States';
import { type OversightSettings, useOversightSettings } from './settings';
import css from './SettingsPage.module.css';
import { settingsTexts } from './texts';
import { useKeptForm } from './useKeptForm';

const texts = settingsTexts.oversight;

export function OversightPart() {
    const query = useOversightSettings();
    if (query.isPending) return <div className={css.part}><Skeleton rows={4} /></div>;
    if (!query.data) return <ErrorState what={texts.what} error={query.error} onRetry={() => void query.refetch()} />;
    return <OversightForm key={query.data.etag} saved={query.data.settings} etag={query.data.etag} />;
}

function OversightForm({ saved, etag }: { saved: OversightSettings; etag: string | null }) {
    // Names that are masked or shown now are on many pages.
    const { values, change, problem, errors, isSaving, onSubmit } = useKeptForm({ path: '/settings/oversight', saved, etag, savedText: texts.saved });
    return (
        <form className={css.part} noValidate onSubmit={onSubmit}>
            <Panel title={texts.privacy}>
                <div className={css.narrow}>
                    <div>
                        <Switch label={texts.mask} labelShown checked={values.mask_users} onChange={(mask_users) => change({ mask_users })} />
                        <p className={css.quiet}>{texts.maskHint}</p>
                    </div>
                    <div>
                        <Switch label={texts.details} labelShown checked={values.record_details} onChange={(record_details) => change({ record_details })} />
                        <p className={css.quiet}>{texts.detailsHint}</p>
                    </div>
                </div>
            </Panel>
            <Panel title={texts.monitoring}>
                <div className={css.narrow}>
                    <div>
                        <Switch label={texts.metrics} labelShown checked={values.metrics === 'everybody'} onChange={(open) => change({ metrics: open ? 'everybody' : 'signed-in' })} />
                        <p className={css.quiet}>{texts.metricsHint}</p>
                    </div>
                    <NumberField label={texts.quiet} unit={texts.days} min={1} max={365} value={values.quiet_days} onChange={(value) => change({ quiet_days: value ?? saved.quiet_days })} error={errors.quiet_days} />
                    <FormProblem problem={problem} errors={errors} />
                    <div><Button type="submit" variant="primary" busy={isSaving}>{texts.save}</Button></div>
                </div>
            </Panel>
        </form>
    );
}
