// Who is signed in, and what they may do. The server decides; this only saves people a refused click.
import { queryOptions, useQuery } from '@tanstack/react-query';
import { createContext, useContext } from 'react';

import { api } from './client';
import type { Role, Schema } from './types';

export type Session = Schema<'SessionInfo'>;

export const sessionKey = ['session'] as const;

export const sessionQuery = queryOptions({
    queryKey: sessionKey,
    queryFn: ({ signal }) => fetchSession(signal),
    staleTime: 60_000,
    retry: false,
});

/** Keeps the CSRF token that comes with it. */
export async function fetchSession(signal?: AbortSignal): Promise<Session> {
    const { data } = await api.get<Session>('/session', { signal: signal as AbortSignal, onSignedOut: 'fail' });
    api.setCsrf(data.csrf);
    return data;
}

export function useSessionQuery() {
    return useQuery(sessionQuery);
}

export const SessionContext = createContext<Session | null>(null);

/** Only inside the shell, where somebody is signed in. */
export function useSession(): Session {
    const session = useContext(SessionContext);
    if (!session) throw new Error('useSession outside the shell');
    return session;
}

const order: readonly Role[] = ['help-desk', 'auditor', 'editor', 'admin'];

export function roleReaches(role: Role, least: Role): boolean {
    return order.indexOf(role) >= order.indexOf(least);
}

/** Undefined when allowed, else the reason to show at the disabled control: "Needs editor". */
export function useNeeds(least: Role): string | undefined {
    return roleReaches(useSession().role, least) ? undefined : `Needs ${least}`;
}
