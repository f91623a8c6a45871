// A few words about a control, on hover and on keyboard focus.
import { Tooltip as Base } from '@base-ui/react/tooltip';
import type { ReactElement, ReactNode } from 'react';

import { useLayerHost } from './LayerHost';
import css from './Tooltip.module.css';

interface Props {
    text: ReactNode;
    children: ReactElement<Record<string, unknown>>;
    side?: 'top' | 'bottom' | 'left' | 'right';
}

export function Tooltip({ text, children, side = 'bottom' }: Props) {
    const host = useLayerHost();
    if (!text) return children;
    return (
        <Base.Root>
            <Base.Trigger render={children} />
            <Base.Portal container={host}>
                <Base.Positioner sideOffset={6} side={side} className={css.positioner}>
                    <Base.Popup className={css.popup}>{text}</Base.Popup>
                </Base.Positioner>
            </Base.Portal>
        </Base.Root>
    );
}

export const TooltipProvider = Base.Provider;
