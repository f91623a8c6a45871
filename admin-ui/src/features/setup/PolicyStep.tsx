import type { Schema } from '../../api/types';
import { RadioCards, Textarea } from '../../components/Field';
import type { useForm } from '../../components/useForm';
import type { policySchema } from './setup';
import css from './SetupPage.module.css';
import { setupTexts } from './texts';

const texts = setupTexts.policy;

const options = [
    { value: 'keep', label: texts.keep, hint: texts.keepHint },
    { value: 'watch', label: texts.watch, hint: texts.watchHint },
    { value: 'deny_all', label: texts.deny, hint: texts.denyHint },
    { value: 'import', label: texts.import, hint: texts.importHint },
] as const;

export function PolicyStep({ form, owner }: { form: ReturnType<typeof useForm<typeof policySchema>>; owner: Schema<'PolicyOwner'> }) {
    const { kind } = form.values;
    return (
        <>
            <p className={css.lead}>{owner === 'people' ? texts.lead : texts.owned[owner]}</p>
            <RadioCards
                label={setupTexts.steps[2]}
                value={kind}
                onChange={(next) => form.set('kind', next)}
                options={options.filter(({ value }) => owner === 'people' || value === 'keep')}
            />
            {kind === 'deny_all' && <Textarea label={texts.hosts} hint={texts.hostsHint} rows={6} spellCheck={false} {...form.field('hosts')} />}
            {kind === 'import' && (
                <>
                    <Textarea label={texts.document} rows={8} spellCheck={false} {...form.field('document')} />
                    <label className={css.file}>
                        <span>{texts.file}</span>
                        <input
                            type="file"
                            accept=".json,application/json,text/plain"
                            onChange={(event) => void event.target.files?.[0]?.text().then((text) => form.set('document', text))}
                        />
                    </label>
                </>
            )}
        </>
    );
}
