// What is asked: destination, who, when, how; and facts that become known later, which may stay open.
import { useState } from 'react';

import { api } from '../../api/client';
import type { Schema } from '../../api/types';
import { fieldErrors } from '../../api/problem';
import { Combobox } from '../../components/Combobox';
import { Select, TextField } from '../../components/Field';
import { LaterFacts, type LaterFact, Protocols, type WhatIfState } from '../../policy/whatIfState';
import { fromZonedInput, toZonedInput } from '../../policy/zonedTime';
import { usePreferences } from '../../shell/preferences';
import { whatIfTexts } from './texts';
import { useTyping } from './useTyping';
import css from './WhatIf.module.css';

interface WhatIfFormProps {
    state: WhatIfState;
    onChange(change: Partial<WhatIfState>): void;
    problem: unknown;
}

export function WhatIfForm({ state, onChange, problem }: WhatIfFormProps) {
    const { zone } = usePreferences();
    const [shown, type] = useTyping(state, onChange);
    const [laterOpen, setLaterOpen] = useState(() => LaterFacts.some((fact) => state[fact] !== ''));
    const errors = fieldErrors(problem);
    return (
        <form className={css.form} onSubmit={(event) => event.preventDefault()}>
            <div data-search>
                <TextField
                    label={whatIfTexts.url}
                    placeholder={whatIfTexts.urlHint}
                    spellCheck={false}
                    autoComplete="off"
                    value={shown.url}
                    error={errors.url ?? errors.host ?? errors.port ?? errors.path}
                    onChange={(url) => type({ url })}
                />
            </div>
            <div className={css.pair}>
                <Combobox
                    label={whatIfTexts.user}
                    value={shown.user}
                    error={errors.user}
                    onChange={(user) => type({ user })}
                    onChoose={({ value }) => type({ user: value })}
                    lookUp={usersLike}
                />
                <TextField label={whatIfTexts.ip} value={shown.ip} error={errors.client_ip} spellCheck={false} onChange={(ip) => type({ ip })} />
                <TextField
                    type="datetime-local"
                    label={whatIfTexts.at(zone)}
                    value={toZonedInput(shown.at, zone)}
                    error={errors.at}
                    onChange={(text) => type({ at: fromZonedInput(text, zone) ?? '' })}
                />
                <Select
                    label={whatIfTexts.protocol}
                    value={shown.proto}
                    error={errors.protocol}
                    onChange={(proto) => type({ proto })}
                    options={Protocols.map((value) => ({ value, label: whatIfTexts.protocols[value] }))}
                />
            </div>
            <details className={css.later} open={laterOpen} onToggle={(event) => setLaterOpen(event.currentTarget.open)}>
                <summary>{whatIfTexts.later}</summary>
                <p className={css.quiet}>{whatIfTexts.laterHint}</p>
                <div className={css.pair}>
                    {LaterFacts.map((fact) => <LaterField key={fact} fact={fact} value={shown[fact]} error={errors[pointerOf(fact)]} onChange={(value) => type({ [fact]: value })} />)}
                </div>
            </details>
        </form>
    );
}

function pointerOf(fact: LaterFact): string {
    return fact === 'group' ? 'groups' : fact;
}

function LaterField({ fact, value, error, onChange }: { fact: LaterFact; value: string; error: string | undefined; onChange(value: string): void }) {
    const label = whatIfTexts.fact[fact];
    if (fact === 'content') {
        return <Select label={label} value={value} error={error} onChange={onChange} options={Object.entries(whatIfTexts.contents).map(([each, words]) => ({ value: each, label: words }))} />;
    }
    return <TextField label={label} placeholder={whatIfTexts.factHint[fact]} spellCheck={false} value={value} error={error} onChange={onChange} />;
}

/** Users that the log knows. */
async function usersLike(text: string, signal: AbortSignal) {
    const { data } = await api.get<Schema<'AuditFacetValues'>>('/audit/facet-values', { query: { field: 'user', prefix: text }, signal });
    return data.values.filter(({ value }) => value !== '').slice(0, 8).map(({ value, label }) => ({ value, label: label || value }));
}
