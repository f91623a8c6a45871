// Tabs: parts of a page. Arrow keys, Home and End move between them, Enter or Space chooses: a part may
// cost a request, so walking by does not open it.
import { type KeyboardEvent, type ReactNode, useId, useRef } from 'react';

import css from './Tabs.module.css';

export { SegmentedControl } from './SegmentedControl';

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
    const id = useId();
    const list = useRef<HTMLDivElement>(null);

    function onKeyDown(event: KeyboardEvent): void {
        const buttons = [...(list.current?.querySelectorAll<HTMLElement>('[role="tab"]') ?? [])];
        const at = buttons.indexOf(document.activeElement as HTMLElement);
        const next = ((): number | null => {
            switch (event.key) {
                case 'ArrowRight': return (at + 1) % buttons.length;
                case 'ArrowLeft': return (at - 1 + buttons.length) % buttons.length;
                case 'Home': return 0;
                case 'End': return buttons.length - 1;
                default: return null;
            }
        })();
        if (next === null) return;
        event.preventDefault();
        buttons[next]?.focus();
    }

    return (
        <div className={css.root}>
            <div ref={list} role="tablist" aria-label={label} className={css.list}>
                {tabs.map((tab) => (
                    <button
                        key={tab.value}
                        type="button"
                        role="tab"
                        id={`${id}-${tab.value}`}
                        aria-selected={tab.value === value}
                        aria-controls={tab.value === value ? `${id}-panel` : undefined}
                        tabIndex={tab.value === value ? 0 : -1}
                        className={css.tab}
                        onClick={() => onChange(tab.value)}
                        onKeyDown={onKeyDown}
                    >
                        {tab.label}
                        {tab.count !== undefined && <span className={css.count}>{tab.count}</span>}
                    </button>
                ))}
            </div>
            <div role="tabpanel" id={`${id}-panel`} aria-labelledby={`${id}-${value}`} className={css.panel}>
                {children}
            </div>
        </div>
    );
}
