// Menu: actions on the thing beside it.
import { Menu as Base } from '@base-ui/react/menu';
import { Check, type LucideIcon } from 'lucide-react';
import type { ReactElement } from 'react';

import { classes } from './classes';
import { useLayerHost } from './LayerHost';
import css from './Menu.module.css';

export { Popover } from './Popover';

export type MenuItem =
    | { kind?: 'action'; label: string; icon?: LucideIcon; onSelect(): void; reason?: string | undefined; danger?: boolean; hint?: string; chosen?: boolean }
    | { kind: 'separator' }
    | { kind: 'heading'; label: string };

interface MenuProps {
    /** The button that opens it. */
    trigger: ReactElement<Record<string, unknown>>;
    items: readonly MenuItem[];
    align?: 'start' | 'end';
}

export function Menu({ trigger, items, align = 'end' }: MenuProps) {
    const host = useLayerHost();
    return (
        <Base.Root>
            <Base.Trigger render={trigger} />
            <Base.Portal container={host}>
                <Base.Positioner sideOffset={4} align={align} className={css.positioner}>
                    <Base.Popup className={css.popup}>
                        {items.map((item, index) => <Entry key={index} item={item} />)}
                    </Base.Popup>
                </Base.Positioner>
            </Base.Portal>
        </Base.Root>
    );
}

function Entry({ item }: { item: MenuItem }) {
    if (item.kind === 'separator') return <Base.Separator className={css.separator} />;
    if (item.kind === 'heading') return <div className={css.heading}>{item.label}</div>;
    const Icon = item.chosen ? Check : item.icon;
    return (
        <Base.Item
            className={classes(css.item, item.danger && css.danger)}
            disabled={Boolean(item.reason)}
            onClick={() => item.onSelect()}
        >
            <span className={css.icon}>{Icon && <Icon aria-hidden="true" size={15} />}</span>
            <span className={css.label}>
                {item.label}
                {item.chosen && <span className="visually-hidden"> (chosen)</span>}
                {item.reason && <small>{item.reason}</small>}
            </span>
            {item.hint && <kbd className={css.hint}>{item.hint}</kbd>}
        </Base.Item>
    );
}
