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

const RulesPage = lazy(() => import('../features/rules/RulesPage'));
const AuditPage = lazy(() => import('../features/audit/AuditPage'));
const SessionsPage = lazy(() => import('../features/sessions/SessionsPage'));
const ListsPage = lazy(() => import('../features/lists/ListsPage'));
const SettingsPage = lazy(() => import('../features/settings/SettingsPage'));

/** First fit wins: the fixed before the open. */
export const routes: readonly Route[] = [
    { path: '/', title: pages.overview, least: 'help-desk', Page: lazy(() => import('../features/overview/OverviewPage')) },
    { path: '/sessions', title: pages.sessions, least: 'help-desk', Page: SessionsPage },
    { path: '/sessions/:id', title: pages.sessions, least: 'help-desk', Page: SessionsPage },
    { path: '/audit', title: pages.audit, least: 'help-desk', Page: AuditPage },
    { path: '/audit/admin', title: pages.adminEvents, least: 'auditor', Page: lazy(() => import('../features/admin-events/AdminEventsPage')) },
    { path: '/audit/exports', title: pages.exports, least: 'auditor', Page: lazy(() => import('../features/exports/ExportsPage')) },
    { path: '/audit/:id', title: pages.audit, least: 'help-desk', Page: AuditPage },
    { path: '/rules', title: pages.rules, least: 'help-desk', Page: RulesPage },
    { path: '/rules/history', title: pages.history, least: 'help-desk', Page: lazy(() => import('../features/history/HistoryPage')) },
    { path: '/rules/versions/:range', title: pages.compare, least: 'help-desk', Page: lazy(() => import('../features/history/ComparePage')) },
    { path: '/rules/:id', title: pages.rules, least: 'help-desk', Page: RulesPage },
    { path: '/what-if', title: pages.whatIf, least: 'help-desk', Page: lazy(() => import('../features/what-if/WhatIfPage')) },
    { path: '/lists', title: pages.lists, least: 'help-desk', Page: ListsPage },
    { path: '/lists/:id', title: pages.lists, least: 'help-desk', Page: ListsPage },
    { path: '/websocket', title: pages.websocket, least: 'help-desk', Page: lazy(() => import('../features/websocket/WebSocketPage')) },
    { path: '/pac', title: pages.pac, least: 'help-desk', Page: lazy(() => import('../features/pac/PacPage')) },
    { path: '/people', title: pages.people, least: 'admin', Page: lazy(() => import('../features/people/PeoplePage')) },
    { path: '/tokens', title: pages.tokens, least: 'admin', Page: lazy(() => import('../features/tokens/TokensPage')) },
    { path: '/settings', title: pages.settings, least: 'admin', Page: SettingsPage },
    { path: '/settings/:tab', title: pages.settings, least: 'admin', Page: SettingsPage },
    { path: '/health', title: pages.health, least: 'help-desk', Page: lazy(() => import('../features/health/HealthPage')) },
    { path: '/me', title: pages.me, least: 'help-desk', Page: lazy(() => import('../features/me/MePage')) },
];
