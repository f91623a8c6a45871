import { CircleCheck, Keyboard, LogOut, Menu as MenuIcon, Monitor, Moon, Search, SlidersHorizontal, Sun, UserRound } from 'lucide-react';
import { memo } from 'react';
import { Link, useLocation } from 'wouter';

import { api } from '../api/client';
import { queryClient } from '../api/queryClient';
import { useSession } from '../api/session';
import { liveFeed } from '../api/live';
import { IconButton } from '../components/Button';
import { Menu } from '../components/Menu';
import { ago } from '../format/durations';
import { useDraftChanges, useLivePolicy } from './policyQueries';
import { preferences, setPreferences, usePreferences } from './preferences';
import css from './Shell.module.css';
import { shellTexts } from './texts';

interface Props {
    onOpenMenu(): void;
    onFind(): void;
    onKeys(): void;
}

/** Memoised: the address changes with every row somebody walks over. */
export const TopBar = memo(function TopBar({ onOpenMenu, onFind, onKeys }: Props) {
    return (
        <header className={css.top}>
            <IconButton icon={MenuIcon} label={shellTexts.openMenu} className={css.menuButton} onClick={onOpenMenu} />
            <button type="button" className={css.find} onClick={onFind}>
                <Search aria-hidden="true" size={15} />
                <span>{shellTexts.find.label}</span>
                <kbd aria-hidden="true">Ctrl K</kbd>
            </button>
            <div className={css.topRight}>
                <PolicyPills />
                <ThemeMenu />
                <AccountMenu onKeys={onKeys} />
            </div>
        </header>
    );
});

function PolicyPills() {
    const live = useLivePolicy().data;
    const drafts = useDraftChanges().data ?? 0;
    return (
        <>
            {live && (
                <Link href="/rules/history" className={css.pill}>
                    <CircleCheck aria-hidden="true" size={15} className={css.ok} />
                    <span className={css.pillWord}>Policy</span> <b>v{live.version}</b>
                    {live.published_at && live.by && <span className={css.pillMore}>{shellTexts.published(ago(live.published_at), live.by)}</span>}
                </Link>
            )}
            {drafts > 0 && (
                <Link href="/rules?show=changed" className={`${css.pill} ${css.draftPill}`}>
                    <SlidersHorizontal aria-hidden="true" size={15} />
                    <span>
                        {drafts} <span className={css.pillMore}>{shellTexts.unpublished(drafts)}</span>
                    </span>
                </Link>
            )}
        </>
    );
}

function ThemeMenu() {
    const { theme } = usePreferences();
    const icons = { system: Monitor, light: Sun, dark: Moon } as const;
    return (
        <Menu
            trigger={<IconButton icon={icons[theme]} label={`${shellTexts.theme.label}: ${shellTexts.theme[theme]}`} />}
            items={(['system', 'light', 'dark'] as const).map((each) => ({
                label: shellTexts.theme[each],
                icon: icons[each],
                chosen: theme === each,
                onSelect: () => setPreferences({ theme: each }),
            }))}
        />
    );
}

function AccountMenu({ onKeys }: { onKeys(): void }) {
    const session = useSession();
    const [, navigate] = useLocation();
    const name = session.user.display || session.user.name;
    return (
        <Menu
            trigger={
                <button type="button" className={css.account}>
                    {initials(name)}
                    <span className="visually-hidden">{shellTexts.account(name)}</span>
                </button>
            }
            items={[
                { kind: 'heading', label: `${name}, ${session.role}` },
                { label: shellTexts.profile, icon: UserRound, onSelect: () => navigate('/me') },
                { label: shellTexts.keys, icon: Keyboard, hint: preferences().letterKeys ? '?' : '', onSelect: onKeys },
                { kind: 'separator' },
                { label: shellTexts.signOut, icon: LogOut, onSelect: () => void signOut() },
            ]}
        />
    );
}

/** Nothing of this person may stay in memory: the page is loaded anew. */
async function signOut(): Promise<void> {
    try {
        await api.delete('/session', { onSignedOut: 'fail' });
    } finally {
        liveFeed.close();
        queryClient.clear();
        location.assign('/sign-in');
    }
}

function initials(name: string): string {
    const parts = name.split(/[\s._@-]+/).filter(Boolean);
    return ((parts[0]?.[0] ?? '?') + (parts[1]?.[0] ?? '')).toUpperCase();
}
