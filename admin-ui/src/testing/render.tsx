// Puts a page into a document as the shell would, with a server made of plain answers.
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { render } from '@testing-library/react';
import type { ReactNode } from 'react';
import { vi } from 'vitest';

import { type Session, SessionContext } from '../api/session';
import type { Role } from '../api/types';
import { TooltipProvider } from '../components/Tooltip';

export type Answers = Record<string, unknown | ((url: URL, init: RequestInit) => unknown)>;

export interface Asked {
    method: string;
    path: string;
    url: URL;
    body: unknown;
    headers: Record<string, string>;
}

/** "GET /overview" → the body, a Response, or a function that makes one of them. */
export function serve(answers: Answers): Asked[] {
    const asked: Asked[] = [];
    vi.stubGlobal('fetch', async (input: RequestInfo | URL, init: RequestInit = {}) => {
        const url = new URL(String(input), 'http://localhost');
        const path = url.pathname.replace('/api/v1', '');
        const method = init.method ?? 'GET';
        asked.push({
            method, path, url,
            body: typeof init.body === 'string' ? (JSON.parse(init.body) as unknown) : init.body,
            headers: (init.headers ?? {}) as Record<string, string>,
        });
        const answer = answers[`${method} ${path}`];
        const made = typeof answer === 'function' ? (answer as (url: URL, init: RequestInit) => unknown)(url, init) : answer;
        if (made instanceof Response) return made;
        if (made === undefined) return problemResponse(404, 'not-found', `Nothing at ${path}`);
        return new Response(JSON.stringify(made), { status: 200, headers: { 'Content-Type': 'application/json', ETag: '"e1"' } });
    });
    return asked;
}

export function problemResponse(status: number, slug: string, detail: string, more: Record<string, unknown> = {}): Response {
    return new Response(JSON.stringify({ type: `/problems/${slug}`, title: slug, status, detail, trace_id: 'trace-1', ...more }), {
        status, headers: { 'Content-Type': 'application/problem+json' },
    });
}

export function sessionOf(role: Role, owner: Session['policy_owner'] = 'people'): Session {
    return {
        user: { id: 'p1', name: 'a.okafor', display: 'Ada Okafor', totp: true },
        role, permissions: [], csrf: 'csrf', idle_expires_at: null, expires_at: '2030-01-01T00:00:00.000Z', confirmed_until: null,
        server_time: '2026-11-27T10:00:00.000Z', features: [], policy_owner: owner, node: 'proxy-1',
    };
}

export function renderPage(page: ReactNode, { role = 'admin', owner = 'people', at = '/' }: { role?: Role; owner?: Session['policy_owner']; at?: string } = {}) {
    history.replaceState(null, '', at);
    const client = new QueryClient({ defaultOptions: { queries: { retry: false }, mutations: { retry: false } } });
    return render(
        <QueryClientProvider client={client}>
            <SessionContext value={sessionOf(role, owner)}>
                <TooltipProvider>{page}</TooltipProvider>
            </SessionContext>
        </QueryClientProvider>,
    );
}
