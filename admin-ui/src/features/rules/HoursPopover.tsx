// Days and hours with a zone, put together to what a rule writes.
import { CalendarPlus } from 'lucide-react';
import { useState } from 'react';

import { Button } from '../../components/Button';
import { Checkbox, TextField } from '../../components/Field';
import { Popover } from '../../components/Menu';
import { type Day, Days, scheduleOf } from '../../policy/schedule';
import css from './RuleEditor.module.css';
import { rulesTexts } from './texts';

interface Props {
    zone: string;
    onAdd(schedule: string): void;
}

const Workdays: readonly Day[] = ['mon', 'tue', 'wed', 'thu', 'fri'];

export function HoursPopover({ zone: own, onAdd }: Props) {
    const [open, setOpen] = useState(false);
    const [days, setDays] = useState<readonly Day[]>(Workdays);
    const [from, setFrom] = useState('08:00');
    const [to, setTo] = useState('18:00');
    const [zone, setZone] = useState(own);
    const texts = rulesTexts.hours;
    return (
        <div>
            <Popover title={texts.title} align="start" open={open} onOpenChange={setOpen} trigger={<Button icon={CalendarPlus} size="small">{texts.open}</Button>}>
                <fieldset className={css.days}>
                    <legend className="visually-hidden">{texts.days}</legend>
                    {Days.map((day) => (
                        <Checkbox
                            key={day}
                            label={texts.day[day]}
                            checked={days.includes(day)}
                            onChange={(checked) => setDays(checked ? [...days, day] : days.filter((each) => each !== day))}
                        />
                    ))}
                </fieldset>
                <div className={css.pair}>
                    <TextField label={texts.from} type="time" value={from} onChange={setFrom} />
                    <TextField label={texts.to} type="time" value={to} onChange={setTo} />
                </div>
                <TextField label={texts.zone} value={zone} onChange={setZone} list="time-zones" />
                <datalist id="time-zones">{zones().map((name) => <option key={name} value={name}>{name}</option>)}</datalist>
                <Button
                    variant="primary"
                    reason={days.length === 0 ? texts.noDay : undefined}
                    onClick={() => {
                        onAdd(scheduleOf({ days, from, to, zone: zone.trim() || 'UTC' }));
                        setOpen(false);
                    }}
                >
                    {texts.add}
                </Button>
            </Popover>
        </div>
    );
}

function zones(): readonly string[] {
    return ['UTC', ...Intl.supportedValuesOf('timeZone')];
}
