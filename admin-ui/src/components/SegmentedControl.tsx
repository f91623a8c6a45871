// SegmentedControl: one of few values, a radio group that looks like a bar.
import { useId } from 'react';

import { classes } from './classes';
import css from './SegmentedControl.module.css';

interface SegmentedProps<Value extends string> {
    label: string;
    options: ReadonlyArray<{ value: Value; label: string; count?: number }>;
    value: Value;
    onChange(value: Value): void;
    size?: 'normal' | 'small';
}

export function SegmentedControl<Value extends string>({ label, options, value, onChange, size = 'normal' }: SegmentedProps<Value>) {
    const name = useId();
    return (
        <div role="radiogroup" aria-label={label} className={classes(css.segmented, size === 'small' && css.small)}>
            {options.map((option) => (
                <label key={option.value} className={css.segment}>
                    <input type="radio" name={name} checked={option.value === value} onChange={() => onChange(option.value)} />
                    <span>
                        {option.label}
                        {option.count !== undefined && ` ${option.count}`}
                    </span>
                </label>
            ))}
        </div>
    );
}
