// Below the form: nothing asked yet, what went wrong, or the answer; and saving it as a test.
import type { UseQueryResult } from '@tanstack/react-query';
import { BookmarkPlus } from 'lucide-react';
import { useState } from 'react';

import { ApiProblem } from '../../api/problem';
import { Button } from '../../components/Button';
import { ErrorState, Skeleton } from '../../components/States';
import { usePolicyNeeds } from '../../policy/PolicyOwner';
import type { WhatIfAnswer } from '../../policy/types';
import { questionOf, type WhatIfState } from '../../policy/whatIfState';
import { Answers } from './Answer';
import { SaveTestDialog } from './SaveTestDialog';
import { whatIfTexts } from './texts';
import css from './WhatIf.module.css';

interface AnswerAreaProps {
    state: WhatIfState;
    answer: UseQueryResult<WhatIfAnswer>;
    onChange(change: Partial<WhatIfState>): void;
    onOpenRule(id: string): void;
}

export function AnswerArea({ state, answer, onChange, onOpenRule }: AnswerAreaProps) {
    const needs = usePolicyNeeds();
    const [saving, setSaving] = useState(false);
    const input = questionOf(state);
    if (!input) return <p className={css.quiet}>{whatIfTexts.empty}</p>;
    if (answer.error) {
        // What is wrong with a field stands at the field.
        if (answer.error instanceof ApiProblem && answer.error.errors.length > 0) return null;
        return <ErrorState compact what={whatIfTexts.failed} error={answer.error} onRetry={() => void answer.refetch()} />;
    }
    if (!answer.data) return <Skeleton rows={5} />;
    const [first] = answer.data.results;
    return (
        <div className={css.area} aria-busy={answer.isPlaceholderData || undefined}>
            <Answers results={answer.data.results} mode={state.mode} onMode={(mode) => onChange({ mode })} onOpenRule={onOpenRule} />
            <div className={css.actions}>
                <Button
                    size="small"
                    icon={BookmarkPlus}
                    reason={needs ?? (first?.verdict === 'undecided' ? whatIfTexts.test.undecided : undefined)}
                    onClick={() => setSaving(true)}
                >
                    {whatIfTexts.saveAsTest}
                </Button>
            </div>
            {saving && first && <SaveTestDialog input={input} result={first} onClose={() => setSaving(false)} />}
        </div>
    );
}
