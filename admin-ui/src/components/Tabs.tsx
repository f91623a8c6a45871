// Tabs: parts of a page. SegmentedControl: one of few values, a radio group that looks like a bar.
import { Tabs as Base } from '@base-ui/react/tabs';
import { type ReactNode, useId } from 'react';

import { classes } from './classes';
import css from './Tabs.module.css';

export interface Tab<Value extends string> {
    value: Value;
    label: ReactNode;
    count?: number | undefined;
}

interface TabsProps<Value extends string> {
    label: string;
    tabs: ReadonlyArray<Tab<Value>>;
    value: Value;
    onChange(value: Value): void;
    /** What the chosen tab shows. */
    children: ReactNode;
}

export function Tabs<Value extends string>({ label, tabs, value, onChange, children }: TabsProps<Value>) {
    return (
        <Base.Root value={value} onValueChange={(next) => onChange(next as Value)} className={css.root}>
            <Base.List className={css.list} aria-label={label} activateOnFocus={false}>
                {tabs.map((tab) => (
                    <Base.Tab key={tab.value} value={tab.value} className={css.tab}>
                        {tab.label}
                        {tab.count !== undefined && <span className={css.count}>{tab.count}</span>}
                    </Base.Tab>
                ))}
            </Base.List>
            {tabs.map((tab) => (
                <Base.Panel key={tab.value} value={tab.value} className={css.panel} tabIndex={-1}>
                    {tab.value === value && children}
                </Base.Panel>
            ))}
        </Base.Root>
    );
}

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
