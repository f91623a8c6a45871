// Dialog: must be answered before anything else (focus is kept inside and returns to the opener).
// SidePanel: stands beside the page, which stays usable. Their close buttons carry no tooltip: it would
// take the first Esc for itself.
import { Dialog as Base } from '@base-ui/react/dialog';
import { X } from 'lucide-react';
import { type ReactNode, useCallback, useEffect, useId, useRef, useState } from 'react';

import { classes } from './classes';
import css from './Dialog.module.css';
import { LayerHostProvider } from './LayerHost';
import { componentTexts } from './texts';

interface DialogProps {
    open: boolean;
    onClose(): void;
    title: string;
    description?: ReactNode;
    children?: ReactNode;
    /** Buttons, the primary one last. */
    footer?: ReactNode;
    size?: 'small' | 'normal' | 'large';
    /** Clicking beside it or Esc does not end it: an answer is needed. */
    insistent?: boolean;
}

export function Dialog({ open, onClose, title, description, children, footer, size = 'normal', insistent }: DialogProps) {
    const [popup, setPopup] = useState<HTMLElement | null>(null);
    const body = useFocusableWhenScrolling();
    return (
        <Base.Root
            open={open}
            onOpenChange={(next, details) => {
                if (next) return;
                if (insistent && (details.reason === 'outside-press' || details.reason === 'escape-key')) return;
                onClose();
            }}
        >
            <Base.Portal>
                <Base.Backdrop className={css.backdrop} />
                <Base.Popup ref={setPopup} className={classes(css.dialog, css[size])}>
                    <LayerHostProvider value={popup}>
                        <div className={css.head}>
                            <Base.Title className={css.title}>{title}</Base.Title>
                            {!insistent && <Base.Close className={css.close} aria-label={componentTexts.close}><X aria-hidden="true" size={16} /></Base.Close>}
                        </div>
                        <div ref={body} className={css.body}>
                            {description && <Base.Description className={css.description} render={<div />}>{description}</Base.Description>}
                            {children}
                        </div>
                        {footer && <div className={css.footer}>{footer}</div>}
                    </LayerHostProvider>
                </Base.Popup>
            </Base.Portal>
        </Base.Root>
    );
}

/** What scrolls and holds nothing to focus must take the focus itself, or keys cannot scroll it. */
function useFocusableWhenScrolling() {
    return useCallback((element: HTMLElement | null) => {
        if (!element) return;
        const needed = element.scrollHeight > element.clientHeight && !element.querySelector('a, button, input, select, textarea, [tabindex]');
        if (needed) element.tabIndex = 0;
    }, []);
}

interface SidePanelProps {
    title: ReactNode;
    onClose(): void;
    /** Beside the title, before the close button. */
    actions?: ReactNode;
    children: ReactNode;
    footer?: ReactNode;
    /** Put the focus into the panel when it appears (not for panels that follow the row by key). */
    takeFocus?: boolean;
    className?: string;
}

/** Esc inside closes it and gives the focus back. */
export function SidePanel({ title, onClose, actions, children, footer, takeFocus, className }: SidePanelProps) {
    const id = useId();
    const panel = useRef<HTMLElement>(null);
    useEffect(() => {
        if (!takeFocus) return;
        const opener = document.activeElement;
        panel.current?.focus();
        return () => {
            if (opener instanceof HTMLElement && opener.isConnected) opener.focus();
        };
    }, [takeFocus]);
    return (
        <aside
            ref={panel}
            tabIndex={-1}
            aria-labelledby={id}
            className={classes(css.side, className)}
            onKeyDown={(event) => {
                if (event.key !== 'Escape' || event.defaultPrevented) return;
                event.stopPropagation();
                onClose();
            }}
        >
            <div className={css.sideHead}>
                <h2 id={id}>{title}</h2>
                <div className={css.sideActions}>
                    {actions}
                    <button type="button" className={css.close} aria-label={componentTexts.close} onClick={onClose}><X aria-hidden="true" size={16} /></button>
                </div>
            </div>
            <div className={css.sideBody}>{children}</div>
            {footer && <div className={css.footer}>{footer}</div>}
        </aside>
    );
}
