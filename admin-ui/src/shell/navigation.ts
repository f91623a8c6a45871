// The entries of the left navigation and the letter that goes there after `g`.
import { Activity, FileCode2, Gauge, HeartPulse, KeyRound, ListTree, Radio, ScrollText, Settings2, ShieldCheck, Split, Users, type LucideIcon } from 'lucide-react';

import type { Role } from '../api/types';
import { shellTexts } from './texts';

export interface Entry {
    path: string;
    label: string;
    icon: LucideIcon;
    least: Role;
    letter?: string;
}

const { groups, pages } = shellTexts;

export const navigation: ReadonlyArray<{ title: string; entries: readonly Entry[] }> = [
    {
        title: groups.monitor,
        entries: [
            { path: '/', label: pages.overview, icon: Gauge, least: 'help-desk', letter: 'o' },
            { path: '/sessions', label: pages.sessions, icon: Radio, least: 'help-desk', letter: 's' },
            { path: '/audit', label: pages.audit, icon: ScrollText, least: 'help-desk', letter: 'a' },
        ],
    },
    {
        title: groups.policy,
        entries: [
            { path: '/rules', label: pages.rules, icon: ShieldCheck, least: 'help-desk', letter: 'r' },
            { path: '/what-if', label: pages.whatIf, icon: Split, least: 'help-desk', letter: 'w' },
            { path: '/lists', label: pages.lists, icon: ListTree, least: 'help-desk', letter: 'l' },
            { path: '/websocket', label: pages.websocket, icon: Activity, least: 'help-desk' },
            { path: '/pac', label: pages.pac, icon: FileCode2, least: 'help-desk', letter: 'p' },
        ],
    },
    {
        title: groups.administer,
        entries: [
            { path: '/people', label: pages.people, icon: Users, least: 'admin' },
            { path: '/tokens', label: pages.tokens, icon: KeyRound, least: 'admin' },
            { path: '/settings', label: pages.settings, icon: Settings2, least: 'admin' },
            { path: '/health', label: pages.health, icon: HeartPulse, least: 'help-desk', letter: 'h' },
        ],
    },
];

/** The longest path that begins the address. */
export function isCurrent(entry: Entry, path: string): boolean {
    return entry.path === '/' ? path === '/' : path === entry.path || path.startsWith(`${entry.path}/`);
}
