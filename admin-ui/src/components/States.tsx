// The states every page has beside "here it is": empty, failed, not allowed, still loading. None of
// them is a dead end.
import { CircleSlash, Inbox, Lock, RefreshCw, type LucideIcon } from 'lucide-react';
import { type ReactNode, useEffect, useState } from 'react';

import { Button } from './Button';
import { classes } from './classes';
import { CopyButton } from './CodeBlock';
import css from './States.module.css';
import { componentTexts } from './texts';

interface EmptyStateProps {
    /** One sentence. */
    children: ReactNode;
    /** The one primary action. */
    action?: ReactNode;
    icon?: LucideIcon;
    title?: string;
}

export function EmptyState({ children, action, icon: Icon = Inbox, title }: EmptyStateProps) {
    return (
        <div className={css.state}>
            <Icon aria-hidden="true" size={26} strokeWidth={1.5} />
            {title && <p className={css.title}>{title}</p>}
            <div className={css.text}>{children}</div>
            {action && <div className={css.action}>{action}</div>}
        </div>
    );
}

interface ErrorLike {
    message: string;
    title?: string;
    detail?: string;
    traceId?: string | null;
    retryAfterSeconds?: number | null;
}

interface ErrorStateProps {
    /** What failed, as the start of a sentence: "The rules". */
    what: string;
    error: unknown;
    onRetry?(): void;
    /** One line, for small panels. */
    compact?: boolean;
}

export function ErrorState({ what, error, onRetry, compact }: ErrorStateProps) {
    const problem = error as ErrorLike | null;
    return (
        <div className={classes(css.state, compact && css.compact)} role="alert">
            {!compact && <CircleSlash aria-hidden="true" size={26} strokeWidth={1.5} className={css.failed} />}
            <p className={css.title}>{componentTexts.error.failed(what)}</p>
            <p className={css.text}>
                {problem?.detail || problem?.message}
                {problem?.retryAfterSeconds ? ` ${componentTexts.error.retryIn(problem.retryAfterSeconds)}` : ''}
            </p>
            {problem?.traceId && (
                <p className={css.trace}>
                    {componentTexts.error.trace} <code>{problem.traceId}</code> <CopyButton text={problem.traceId} />
                </p>
            )}
            {onRetry && (
                <div className={css.action}>
                    <Button icon={RefreshCw} onClick={onRetry} size={compact ? 'small' : 'normal'}>
                        {componentTexts.tryAgain}
                    </Button>
                </div>
            )}
        </div>
    );
}

interface NoPermissionProps {
    /** The least role that may. */
    needed: string;
    own: string;
}

export function NoPermission({ needed, own }: NoPermissionProps) {
    return (
        <EmptyState icon={Lock} title={componentTexts.noPermission.title(needed)}>
            {componentTexts.noPermission.detail(own)}
        </EmptyState>
    );
}

interface SkeletonProps {
    /** Rows of grey, or one block of this height. */
    rows?: number;
    height?: number;
}

/** Appears after 150 ms: quick answers do not flash. */
export function Skeleton({ rows = 3, height }: SkeletonProps) {
    const [visible, show] = useState(false);
    useEffect(() => {
        const timer = setTimeout(() => show(true), 150);
        return () => clearTimeout(timer);
    }, []);
    return (
        <div className={classes(css.skeleton, visible && css.visible)} aria-busy="true">
            <span className="visually-hidden">{componentTexts.loading}</span>
            {height !== undefined ? <div style={{ height }} /> : Array.from({ length: rows }, (_, index) => <div key={index} style={{ width: `${94 - ((index * 17) % 40)}%` }} />)}
        </div>
    );
}
