// Add, try, publish: shown until the person closes it.
import { X } from 'lucide-react';

import { IconButton } from '../../components/Button';
import { setPreferences, usePreferences } from '../../shell/preferences';
import css from './FirstSteps.module.css';
import { rulesTexts } from './texts';

const Hint = 'rules-first-steps';

export function FirstSteps() {
    const { dismissed } = usePreferences();
    if (dismissed.includes(Hint)) return null;
    return (
        <aside className={css.strip} aria-label={rulesTexts.steps.label}>
            <ol>
                {rulesTexts.steps.items.map((step, index) => (
                    <li key={step}>
                        <b aria-hidden="true">{index + 1}</b>
                        <span>{step}</span>
                    </li>
                ))}
            </ol>
            <IconButton icon={X} size="small" label={rulesTexts.steps.close} onClick={() => setPreferences({ dismissed: [...dismissed, Hint] })} />
        </aside>
    );
}
