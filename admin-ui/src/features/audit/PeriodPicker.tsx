// The time range: relative or from and to, in the zone of the profile, which is always named.
import { CalendarClock, ChevronDown, ChevronLeft, ChevronRight } from 'lucide-react';
import { useState } from 'react';

import { Button, IconButton } from '../../components/Button';
import { TextField } from '../../components/Field';
import { Popover } from '../../components/Menu';
import { useTimes } from '../../shell/useTimes';
import { type Bounds, fromLocalText, type Period, Presets, samePeriod, stepped, toLocalText, writeSpan } from './period';
import css from './PeriodPicker.module.css';
import { auditTexts } from './texts';

interface Props {
    period: Period;
    bounds: Bounds;
    onChange(period: Period): void;
}

const texts = auditTexts.period;

export function PeriodPicker({ period, bounds, onChange }: Props) {
    const times = useTimes();
    const [open, setOpen] = useState(false);
    return (
        <div className={css.picker}>
            <IconButton icon={ChevronLeft} label={`${texts.earlier} ([)`} onClick={() => onChange(stepped(period, -1, Date.now()))} />
            <Popover
                title={texts.label}
                open={open}
                onOpenChange={setOpen}
                trigger={
                    <Button icon={CalendarClock} className={css.button}>
                        <span className="visually-hidden">{texts.label}: </span>
                        <span>{periodWords(period, times.short)}</span>
                        <small>{times.zone}</small>
                        <ChevronDown aria-hidden="true" size={14} />
                    </Button>
                }
            >
                <div className={css.presets} role="group" aria-label={texts.label}>
                    {Presets.map((seconds) => {
                        const preset: Period = { kind: 'last', seconds };
                        return (
                            <Button
                                key={seconds}
                                size="small"
                                variant={samePeriod(preset, period) ? 'active' : 'secondary'}
                                aria-pressed={samePeriod(preset, period)}
                                onClick={() => {
                                    onChange(preset);
                                    setOpen(false);
                                }}
                            >
                                {periodWords(preset, times.short)}
                            </Button>
                        );
                    })}
                </div>
                <BetweenForm
                    key={`${bounds.from} ${bounds.to}`}
                    bounds={bounds}
                    zone={times.zone}
                    onApply={(next) => {
                        onChange(next);
                        setOpen(false);
                    }}
                />
            </Popover>
            <IconButton icon={ChevronRight} label={`${texts.later} (])`} onClick={() => onChange(stepped(period, 1, Date.now()))} />
        </div>
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

/** The day is said once when both ends lie in it. */
export function rangeWords({ from, to }: Bounds, short: (at: number) => string): string {
    const [begin, end] = [short(from), short(to)];
    const clock = '00:00'.length;
    return `${begin} – ${begin.slice(0, -clock) === end.slice(0, -clock) ? end.slice(-clock) : end}`;
}

export function periodWords(period: Period, short: (at: number) => string): string {
    if (period.kind === 'between') return rangeWords(period, short);
    return texts.last(texts.spans[period.seconds] ?? writeSpan(period.seconds));
}
