// Which page stands at which address. Each is loaded when it is first visited.
import { type ComponentType, lazy, type LazyExoticComponent } from 'react';

import type { Role } from '../api/types';
import { shellTexts } from './texts';

export interface Route {
    path: string;
    title: string;
    least: Role;
    Page: LazyExoticComponent<ComponentType>;
}

const { pages } = shellTexts;

/** First fit wins: the fixed before the open. A page and its open detail are one route: it stays as it
 *  is, with focus and scroll, while details open and close. */
export const routes: readonly Route[] = [
    { path: '/', title: pages.overview, least: 'help-desk', Page: lazy(() => import('../features/overview/OverviewPage')) },
    { path: '/sessions/:id?', title: pages.sessions, least: 'help-desk', Page: lazy(() => import('../features/sessions/SessionsPage')) },
    { path: '/audit/admin', title: pages.adminEvents, least: 'auditor', Page: lazy(() => import('../features/admin-events/AdminEventsPage')) },
    { path: '/audit/exports', title: pages.exports, least: 'auditor', Page: lazy(() => import('../features/exports/ExportsPage')) },
    { path: '/audit/why', title: pages.why, least: 'help-desk', Page: lazy(() => import('../features/why/WhyPage')) },
    { path: '/audit/:id?', title: pages.audit, least: 'help-desk', Page: lazy(() => import('../features/audit/AuditPage')) },
    { path: '/rules/history', title: pages.history, least: 'help-desk', Page: lazy(() => import('../features/history/HistoryPage')) },
    { path: '/rules/versions/:range', title: pages.compare, least: 'help-desk', Page: lazy(() => import('../features/history/ComparePage')) },
    { path: '/rules/:id?', title: pages.rules, least: 'help-desk', Page: lazy(() => import('./RulesRoute')) },
    { path: '/what-if', title: pages.whatIf, least: 'help-desk', Page: lazy(() => import('../features/what-if/WhatIfPage')) },
    { path: '/lists/:id?', title: pages.lists, least: 'help-desk', Page: lazy(() => import('../features/lists/ListsPage')) },
    { path: '/websocket', title: pages.websocket, least: 'help-desk', Page: lazy(() => import('../features/websocket/WebSocketPage')) },
    { path: '/pac', title: pages.pac, least: 'help-desk', Page: lazy(() => import('../features/pac/PacPage')) },
    { path: '/people', title: pages.people, least: 'admin', Page: lazy(() => import('../features/people/PeoplePage')) },
    { path: '/tokens', title: pages.tokens, least: 'admin', Page: lazy(() => import('../features/tokens/TokensPage')) },
    { path: '/settings/:tab?', title: pages.settings, least: 'admin', Page: lazy(() => import('../features/settings/SettingsPage')) },
    { path: '/health', title: pages.health, least: 'help-desk', Page: lazy(() => import('../features/health/HealthPage')) },
    { path: '/me', title: pages.me, least: 'help-desk', Page: lazy(() => import('../features/me/MePage')) },
];
