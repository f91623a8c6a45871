import { screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { Route } from 'wouter';
import { describe, expect, it } from 'vitest';

import { problemResponse, renderPage, serve } from '../../testing/render';
import ListsPage from './ListsPage';

const list = {
    id: 'ads', name: 'ads', kind: 'hosts', entries: 2, hosts: 2, networks: 0, comment: '', version: 1, content_hash: 'x', changed_at: '2026-11-27T00:00:00.000Z', changed_by: 'ann', source: 'by hand', note: '',
    used_by: { live: 0, draft: 0, rules: [] }, pending: false, feed: null, etag: 'l1',
};
const preview = {
    id: 'i1', list: 'ads', state: 'ready', mode: 'replace', format: 'plain', source: 'pasted', by: 'ann', started_at: '', bytes: 9, total_bytes: 9, lines: 2, entries: 1, duplicates: 0, rejected: 1,
    first_rejected: [{ line: 2, text: 'no good', reason: 'is more than one word' }], base_version: 1, adds: 1, removes: 2, sample_adds: ['b.example'], sample_removes: ['a.example'], expires_at: null, problem: '',
};
const answers = {
    'GET /lists': { items: [list], next_cursor: null, prev_cursor: null, total: 1 },
    'GET /lists/ads': list,
    'GET /lists/ads/entries': { items: [{ entry: 'a.example' }, { entry: 'c.example' }], next_cursor: null, prev_cursor: null },
};
const page = <Route path="/lists/:id?"><ListsPage /></Route>;

describe('ListsPage', () => {
    it('says which lists contain a host', async () => {
        serve({ ...answers, 'GET /lists/lookup': (url: URL) => ({ host: url.searchParams.get('host'), items: [{ list: 'ads', entry: '*.ads.example', in_force: true, used_by_live: 1 }] }) });
        renderPage(page, { at: '/lists' });
        await userEvent.type(await screen.findByLabelText('Which lists contain this host?'), 'x.ads.example');
        expect(await screen.findByText(/by \*\.ads\.example/)).toBeTruthy();
    });

    it('imports in two steps', async () => {
        const asked = serve({
            ...answers,
            'POST /lists/ads/import': () => new Response(JSON.stringify(preview), { status: 201, headers: { 'Content-Type': 'application/json' } }),
            'POST /lists/ads/import/i1/apply': list,
        });
        renderPage(page, { role: 'editor', at: '/lists/ads' });
        await userEvent.click(await screen.findByRole('button', { name: 'Import…' }));
        await userEvent.click(screen.getByRole('radio', { name: 'Paste' }));
        await userEvent.type(screen.getByLabelText('Entries, one a line'), 'b.example');
        await userEvent.click(screen.getByRole('button', { name: 'Read and preview' }));
        expect(await screen.findByText('Adds 1, removes 2, 1 not understood.')).toBeTruthy();
        expect(asked.some(({ path }) => path.endsWith('/apply'))).toBe(false);
        await userEvent.click(screen.getByRole('button', { name: 'Apply to the draft' }));
        await waitFor(() => expect(asked.some(({ path }) => path === '/lists/ads/import/i1/apply')).toBe(true));
    });

    it('shows why a file was refused and lets another be chosen', async () => {
        serve({ ...answers, 'POST /lists/ads/import': () => problemResponse(422, 'validation', 'No list', { errors: [{ pointer: '', code: 'rejected', detail: 'all lines were rejected' }], import: preview }) });
        renderPage(page, { role: 'editor', at: '/lists/ads' });
        await userEvent.click(await screen.findByRole('button', { name: 'Import…' }));
        await userEvent.click(screen.getByRole('radio', { name: 'Paste' }));
        await userEvent.type(screen.getByLabelText('Entries, one a line'), 'no good');
        await userEvent.click(screen.getByRole('button', { name: 'Read and preview' }));
        expect(await screen.findByText('no good', { selector: 'code' })).toBeTruthy();
        expect(screen.getByRole('button', { name: 'Read and preview' })).toBeTruthy();
    });

    it('removes entries by the state of the list', async () => {
        const asked = serve({ ...answers, 'DELETE /lists/ads/entries': list });
        renderPage(page, { role: 'editor', at: '/lists/ads' });
        const entries = await screen.findByRole('grid', { name: 'Entries of ads' });
        entries.focus();
        await userEvent.keyboard('{End}x');
        await userEvent.click(screen.getByRole('button', { name: 'Remove 1 selected' }));
        await waitFor(() => expect(asked.some(({ method }) => method === 'DELETE')).toBe(true));
        const removed = asked.find(({ method }) => method === 'DELETE');
        expect(removed?.body).toEqual({ entries: ['c.example'] });
        expect(removed?.headers['If-Match']).toBe('"l1"');
    });

    it.each([['help-desk', 'true'], ['auditor', 'true'], ['editor', null], ['admin', null]] as const)('%s may change: disabled is %s', async (role, disabled) => {
        serve(answers);
        renderPage(page, { role, at: '/lists/ads' });
        expect((await screen.findByRole('button', { name: 'Import…' })).getAttribute('aria-disabled')).toBe(disabled);
        expect(screen.getByRole('button', { name: 'New list' }).getAttribute('aria-disabled')).toBe(disabled);
    });
});
