// Popover: a small free region beside its button.
import { Popover as Base } from '@base-ui/react/popover';
import type { ReactElement, ReactNode } from 'react';

import { classes } from './classes';
import { useLayerHost } from './LayerHost';
import css from './Menu.module.css';

interface PopoverProps {
    trigger: ReactElement<Record<string, unknown>>;
    title: string;
    children: ReactNode;
    align?: 'start' | 'center' | 'end';
    open?: boolean;
    onOpenChange?(open: boolean): void;
}

export function Popover({ trigger, title, children, align = 'end', open, onOpenChange }: PopoverProps) {
    const host = useLayerHost();
    return (
        <Base.Root open={open} onOpenChange={onOpenChange}>
            <Base.Trigger render={trigger} />
            <Base.Portal container={host}>
                <Base.Positioner sideOffset={6} align={align} className={css.positioner}>
                    <Base.Popup className={classes(css.popup, css.popover)}>
                        <Base.Title className={css.popoverTitle}>{title}</Base.Title>
                        {children}
                    </Base.Popup>
                </Base.Positioner>
            </Base.Portal>
        </Base.Root>
    );
}
