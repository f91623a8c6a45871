import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it } from 'vitest';

import type { Role } from '../../api/types';
import { renderPage, serve } from '../../testing/render';
import ExportsPage from './ExportsPage';
import type { AuditExport } from './requests';

function made(change: Partial<AuditExport> = {}): AuditExport {
    return {
        id: 'e1', state: 'done', format: 'csv', rows: 'sessions', filter: 'from=2026-11-27T09:00:00.000Z&verdict=deny', by: 'm.lopez',
        created_at: '2026-11-27T09:41:00.000Z', count: 4580, bytes: '912345', chain_seq: '412345', chain_head: 'ab12', sha256: 'cd34',
        expires_at: '2026-12-04T09:41:00.000Z', job: null, note: 'CHG-4711', etag: '"x1"', ...change,
    };
}

function show(items: AuditExport[], role: Role = 'admin') {
    const asked = serve({
        'GET /audit/exports': { items, next_cursor: null, prev_cursor: null },
        'DELETE /audit/exports/e1': () => new Response(null, { status: 204 }),
        'DELETE /jobs/j1': () => new Response(null, { status: 204 }),
        'GET /jobs/j1': { id: 'j1', state: 'running', done: 2000, total: 4580, result: null, problem: null },
    });
    renderPage(<ExportsPage />, { role });
    return { asked, user: userEvent.setup() };
}

describe('the exports page', () => {
    it('offers the file, and shows what proves it', async () => {
        const { user } = show([made()]);
        expect((await screen.findByRole('link', { name: 'Download' })).getAttribute('href')).toBe('/api/v1/audit/exports/e1/file');
        expect(screen.getByText('4,580')).toBeTruthy();
        await user.click(screen.getByRole('button', { name: 'Details' }));
        expect(screen.getByText('ab12')).toBeTruthy();
        expect(screen.getByText('cd34')).toBeTruthy();
        expect(screen.getByText('CHG-4711')).toBeTruthy();
        expect(screen.getByRole('link', { name: 'Open this search' }).getAttribute('href')).toContain('verdict=deny');
    });

    it('deletes with the ETag, after a question', async () => {
        const { asked, user } = show([made()]);
        await user.click(await screen.findByRole('button', { name: 'Delete' }));
        await user.click(within(await screen.findByRole('dialog')).getByRole('button', { name: 'Delete' }));
        await waitFor(() => expect(asked.find(({ method }) => method === 'DELETE')?.headers['If-Match']).toBe('"x1"'));
    });

    it('shows how far a running one is, and cancels it', async () => {
        const { asked, user } = show([made({ state: 'running', job: 'j1', count: null, bytes: null, sha256: null })]);
        expect(await screen.findByText('2,000 lines so far')).toBeTruthy();
        expect(screen.queryByRole('link', { name: 'Download' })).toBeNull();
        await user.click(screen.getByRole('button', { name: 'Cancel' }));
        await waitFor(() => expect(asked.some(({ method, path }) => method === 'DELETE' && path === '/jobs/j1')).toBe(true));
    });

    it('says how to make one when there is none', async () => {
        show([]);
        expect(await screen.findByText(/Nothing has been exported/)).toBeTruthy();
    });

    it.each<[Role, boolean]>([['auditor', false], ['admin', true]])('%s may delete what others made: %s', async (role, may) => {
        show([made()], role);
        expect((await screen.findByRole('button', { name: 'Delete' })).getAttribute('aria-disabled') !== 'true').toBe(may);
    });
});
