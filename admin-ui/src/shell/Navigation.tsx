import { X } from 'lucide-react';
import { memo, useEffect, useRef, useState } from 'react';
import { Link } from 'wouter';

import { useLive } from '../api/live';
import { roleReaches, useSession } from '../api/session';
import { IconButton } from '../components/Button';
import { classes } from '../components/classes';
import { count } from '../format/numbers';
import { Logo } from './Logo';
import { isCurrent, navigation } from './navigation';
import { NodeHealth } from './NodeHealth';
import { useDraftChanges } from './policyQueries';
import css from './Shell.module.css';
import { shellTexts } from './texts';

interface Props {
    /** The first segment of the address. */
    path: string;
    /** Opened as a menu on small screens. */
    opened: boolean;
    onClose(): void;
}

/** Memoised as the top bar is. */
export const Navigation = memo(function Navigation({ opened, path, onClose }: Props) {
    const { role } = useSession();
    const drafts = useDraftChanges().data ?? 0;
    const open = useOpenSessions();
    const nav = useRef<HTMLElement>(null);
    useEffect(() => {
        if (opened) nav.current?.querySelector<HTMLElement>('[aria-current], a')?.focus();
    }, [opened]);

    function badge(at: string) {
        if (at === '/sessions' && open !== null) return <span className={css.count}>{count(open)}</span>;
        if (at === '/rules' && drafts > 0) return <span className={css.draftCount}>{shellTexts.draftCount(drafts)}</span>;
        return null;
    }

    return (
        <nav
            ref={nav}
            onKeyDown={(event) => {
                if (opened && event.key === 'Escape') onClose();
            }}
            className={classes(css.nav, opened && css.navOpened)}
            aria-label={shellTexts.navigation}
        >
            <div className={css.brand}>
                <Logo />
                <span>{shellTexts.product}</span>
                <IconButton icon={X} label={shellTexts.closeMenu} className={css.navClose} onClick={onClose} />
            </div>
            {navigation.map((group) => {
                const entries = group.entries.filter((entry) => roleReaches(role, entry.least));
                if (entries.length === 0) return null;
                return (
                    <div key={group.title} className={css.group}>
                        <h2>{group.title}</h2>
                        <ul>
                            {entries.map((entry) => {
                                const Icon = entry.icon;
                                const current = isCurrent(entry, path);
                                return (
                                    <li key={entry.path}>
                                        <Link href={entry.path} aria-current={current ? 'page' : undefined} className={css.entry} title={entry.label} onClick={onClose}>
                                            <Icon aria-hidden="true" size={17} strokeWidth={1.8} />
                                            <span className={css.entryLabel}>{entry.label}</span>
                                            {badge(entry.path)}
                                        </Link>
                                    </li>
                                );
                            })}
                        </ul>
                    </div>
                );
            })}
            <NodeHealth />
        </nav>
    );
});

function useOpenSessions(): number | null {
    const [open, setOpen] = useState<number | null>(null);
    useLive<{ open: number }>('metrics', { onData: (metrics) => setOpen(metrics.open) });
    return open;
}
