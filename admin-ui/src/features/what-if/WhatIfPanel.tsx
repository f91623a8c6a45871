// The what-if beside the list of rules.
import { FlaskConical } from 'lucide-react';
import { useEffect, useEffectEvent } from 'react';

import { SidePanel } from '../../components/Dialog';
import { ButtonLink } from '../../components/Button';
import { SegmentedControl } from '../../components/Tabs';
import { useLiveVersion } from '../../policy/queries';
import { WhatIfPolicies, whatIfParts, type WhatIfSlotProps } from '../../policy/whatIfState';
import { writeParts } from '../../shell/urlState';
import { AnswerArea } from './AnswerArea';
import { whatIfTexts } from './texts';
import { useWhatIf } from './useWhatIf';
import css from './WhatIf.module.css';
import { WhatIfForm } from './WhatIfForm';

export function WhatIfPanel({ state, onChange, onResults, onOpenRule, onClose }: WhatIfSlotProps) {
    const answer = useWhatIf(state);
    const live = useLiveVersion().data?.version ?? null;
    const results = state.url.trim() === '' ? null : answer.data?.results ?? null;
    const tell = useEffectEvent(onResults);
    useEffect(() => tell(results), [results]);
    useEffect(() => () => tell(null), []);
    return (
        <SidePanel
            title={whatIfTexts.title}
            onClose={onClose}
            takeFocus
            actions={
                <SegmentedControl
                    size="small"
                    label={whatIfTexts.policy.label}
                    options={WhatIfPolicies.map((value) => ({ value, label: value === 'live' ? whatIfTexts.policy.live(live) : whatIfTexts.policy[value] }))}
                    value={state.policy}
                    onChange={(policy) => onChange({ policy })}
                />
            }
        >
            <WhatIfForm state={state} onChange={onChange} problem={answer.error} />
            <AnswerArea state={state} answer={answer} onChange={onChange} onOpenRule={onOpenRule} />
            <div className={css.actions}>
                <ButtonLink size="small" variant="quiet" icon={FlaskConical} href={`/what-if?${writeParts(whatIfParts, state)}`}>{whatIfTexts.title}: {whatIfTexts.tests.title.toLowerCase()}</ButtonLink>
            </div>
        </SidePanel>
    );
}
