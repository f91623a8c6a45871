// Buttons say what happens. A button that may not be used here stays reachable and says why.
import type { LucideIcon } from 'lucide-react';
import type { ButtonHTMLAttributes, MouseEvent, ReactNode, Ref } from 'react';
import { Link } from 'wouter';

import css from './Button.module.css';
import { classes } from './classes';
import { Tooltip } from './Tooltip';

export type ButtonVariant = 'primary' | 'secondary' | 'quiet' | 'danger' | 'active';
export type ButtonSize = 'normal' | 'small';

interface Look {
    variant?: ButtonVariant;
    size?: ButtonSize;
    icon?: LucideIcon;
    children?: ReactNode;
}

export interface ButtonProps extends Look, ButtonHTMLAttributes<HTMLButtonElement> {
    /** Why it cannot be used ("Needs editor"); undefined when it can. */
    reason?: string | undefined;
    /** Work is under way: shown, and clicks are ignored. */
    busy?: boolean;
    ref?: Ref<HTMLButtonElement>;
}

export function Button({ variant = 'secondary', size = 'normal', icon: Icon, reason, busy, className, children, onClick, type = 'button', ...rest }: ButtonProps) {
    const blocked = Boolean(reason) || Boolean(busy);
    const button = (
        <button
            {...rest}
            type={blocked ? 'button' : type}
            aria-disabled={blocked || undefined}
            aria-busy={busy || undefined}
            className={classes(css.button, css[variant], css[size], className)}
            onClick={(event: MouseEvent<HTMLButtonElement>) => {
                if (blocked) event.preventDefault();
                else onClick?.(event);
            }}
        >
            {busy ? <span className={css.spinner} aria-hidden="true" /> : Icon && <Icon aria-hidden="true" size={size === 'small' ? 14 : 15} />}
            {children}
        </button>
    );
    return reason ? <Tooltip text={reason}>{button}</Tooltip> : button;
}

interface ButtonLinkProps extends Look {
    href: string;
    className?: string;
    download?: boolean;
}

/** Goes somewhere, looks like a button. With `download` the browser fetches it by itself. */
export function ButtonLink({ variant = 'secondary', size = 'normal', icon: Icon, href, className, children, download }: ButtonLinkProps) {
    const look = classes(css.button, css[variant], css[size], className);
    const inside = (
        <>
            {Icon && <Icon aria-hidden="true" size={size === 'small' ? 14 : 15} />}
            {children}
        </>
    );
    return download ? <a href={href} download className={look}>{inside}</a> : <Link href={href} className={look}>{inside}</Link>;
}

interface IconButtonProps extends Omit<ButtonProps, 'children' | 'icon'> {
    icon: LucideIcon;
    /** Said to screen readers and shown on hover. */
    label: string;
}

export function IconButton({ icon: Icon, label, variant = 'quiet', size = 'normal', reason, className, onClick, busy, ...rest }: IconButtonProps) {
    return (
        <Tooltip text={reason ? `${label}. ${reason}` : label}>
            <button
                type="button"
                {...rest}
                aria-label={label}
                aria-disabled={Boolean(reason) || busy || undefined}
                className={classes(css.button, css.icon, css[variant], css[size], className)}
                onClick={(event) => {
                    if (!reason && !busy) onClick?.(event);
                }}
            >
                <Icon aria-hidden="true" size={size === 'small' ? 15 : 17} />
            </button>
        </Tooltip>
    );
}
