// A white box with a title. Its heading names the region for screen readers.
import { type ReactNode, useId } from 'react';

import { classes } from './classes';
import css from './Panel.module.css';

interface PanelProps {
    title?: ReactNode;
    /** Right of the title. */
    actions?: ReactNode;
    children: ReactNode;
    className?: string;
    /** No inner space, for tables that reach the edge. */
    flush?: boolean;
    level?: 2 | 3;
}

export function Panel({ title, actions, children, className, flush, level = 2 }: PanelProps) {
    const id = useId();
    const Heading = level === 2 ? 'h2' : 'h3';
    return (
        <section className={classes(css.panel, flush && css.flush, className)} aria-labelledby={title ? id : undefined}>
            {(title || actions) && (
                <div className={css.head}>
                    {title && <Heading id={id}>{title}</Heading>}
                    {actions && <div className={css.actions}>{actions}</div>}
                </div>
            )}
            {children}
        </section>
    );
}

interface PageHeaderProps {
    title: string;
    /** The one sentence that explains the page. */
    children?: ReactNode;
    actions?: ReactNode;
}

export function PageHeader({ title, children, actions }: PageHeaderProps) {
    return (
        <header className={css.page}>
            <div>
                <h1>{title}</h1>
                {children && <p>{children}</p>}
            </div>
            {actions && <div className={css.pageActions}>{actions}</div>}
        </header>
    );
}
