// The time range: relative or from and to, in the zone of the profile, which is always named.
import { CalendarClock, ChevronDown, ChevronLeft, ChevronRight } from 'lucide-react';
import { lazy, memo, Suspense, useState } from 'react';

import { Button, IconButton } from '../../components/Button';
import { Popover } from '../../components/Menu';
import { Skeleton } from '../../components/States';
import { useTimes } from '../../shell/useTimes';
import { type Bounds, type Period, stepped } from './period';
import css from './PeriodPicker.module.css';
import { periodWords } from './periodWords';
import { auditTexts } from './texts';

const PeriodChoice = lazy(() => import('./PeriodChoice'));

interface Props {
    period: Period;
    bounds: Bounds;
    onChange(period: Period): void;
}

const texts = auditTexts.period;

export const PeriodPicker = memo(function PeriodPicker({ period, bounds, onChange }: Props) {
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
                <Suspense fallback={<Skeleton rows={4} />}>
                    <PeriodChoice
                        period={period}
                        bounds={bounds}
                        onChoose={(next) => {
                            onChange(next);
                            setOpen(false);
                        }}
                    />
                </Suspense>
            </Popover>
            <IconButton icon={ChevronRight} label={`${texts.later} (])`} onClick={() => onChange(stepped(period, 1, Date.now()))} />
        </div>
    );
});
