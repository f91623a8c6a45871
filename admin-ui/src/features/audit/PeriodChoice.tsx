// Presets, and from and to, for the time range.
import { useState } from 'react';

import { Button } from '../../components/Button';
import { TextField } from '../../components/Field';
import { useTimes } from '../../shell/useTimes';
import { type Bounds, fromLocalText, type Period, Presets, samePeriod, toLocalText } from './period';
import css from './PeriodPicker.module.css';
import { periodWords } from './periodWords';
import { auditTexts } from './texts';

interface Props {
    period: Period;
    bounds: Bounds;
    onChoose(period: Period): void;
}

const texts = auditTexts.period;

export default function PeriodChoice({ period, bounds, onChoose }: Props) {
    const times = useTimes();
    return (
        <>
            <div className={css.presets} role="group" aria-label={texts.label}>
                {Presets.map((seconds) => {
                    const preset: Period = { kind: 'last', seconds };
                    const chosen = samePeriod(preset, period);
                    return (
                        <Button key={seconds} size="small" variant={chosen ? 'active' : 'secondary'} aria-pressed={chosen} onClick={() => onChoose(preset)}>
                            {periodWords(preset, times.short)}
                        </Button>
                    );
                })}
            </div>
            <BetweenForm key={`${bounds.from} ${bounds.to}`} bounds={bounds} zone={times.zone} onApply={onChoose} />
        </>
    );
}

function BetweenForm({ bounds, zone, onApply }: { bounds: Bounds; zone: string; onApply(period: Period): void }) {
    const [from, setFrom] = useState(toLocalText(bounds.from, zone));
    const [to, setTo] = useState(toLocalText(bounds.to, zone));
    const [error, setError] = useState<string>();
    return (
        <form
            className={css.between}
            aria-label={texts.absolute}
            noValidate
            onSubmit={(event) => {
                event.preventDefault();
                const begin = fromLocalText(from, zone);
                const end = fromLocalText(to, zone);
                if (begin === null || end === null || begin >= end) setError(texts.wrong);
                else onApply({ kind: 'between', from: begin, to: end });
            }}
        >
            <TextField label={texts.from} type="datetime-local" step={1} value={from} onChange={setFrom} />
            <TextField label={texts.to} type="datetime-local" step={1} value={to} onChange={setTo} error={error} />
            <p>{texts.zone(zone)}</p>
            <Button type="submit" variant="primary">{texts.apply}</Button>
        </form>
    );
}
