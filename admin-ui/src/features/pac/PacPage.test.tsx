import { screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it } from 'vitest';

import { problemResponse, renderPage, serve } from '../../testing/render';
import PacPage from './PacPage';

const file = (mode: string, text: string) => ({ mode, text, settings: { proxy: 'proxy.example:3128', direct: ['.corp.example'] }, changed: false });
const pac = { draft: file('generated', 'draft text'), live: file('generated', 'live text'), live_version: 3, urls: ['http://proxy.example:3128/proxy.pac'], etag: 'p1', most_bytes: 262144 };
const answers = { 'GET /pac': pac, 'GET /pac/tests': { items: [{ id: '1', url: 'https://a.example/', expected: 'DIRECT', my_ip: '', resolves_to: '', etag: 't1' }] } };

describe('PacPage', () => {
    it('saves settings by the state it read', async () => {
        const asked = serve({ ...answers, 'PUT /pac/draft': pac });
        renderPage(<PacPage />, { role: 'editor' });
        const proxy = await screen.findByLabelText('Proxy address');
        await userEvent.clear(proxy);
        await userEvent.type(proxy, 'other.example:8080');
        await userEvent.click(screen.getByRole('button', { name: 'Save to the draft' }));
        await waitFor(() => expect(asked.some(({ method }) => method === 'PUT')).toBe(true));
        const put = asked.find(({ method }) => method === 'PUT');
        expect(put?.body).toEqual({ mode: 'generated', settings: { proxy: 'other.example:8080', direct: ['.corp.example'] } });
        expect(put?.headers['If-Match']).toBe('"p1"');
    });

    it('puts what the server minds at its field', async () => {
        serve({ ...answers, 'PUT /pac/draft': () => problemResponse(422, 'validation', 'Wrong', { errors: [{ pointer: '/settings/direct/0', code: 'invalid', detail: 'is no suffix' }] }) });
        renderPage(<PacPage />, { role: 'editor' });
        await userEvent.type(await screen.findByLabelText('Proxy address'), '0');
        await userEvent.click(screen.getByRole('button', { name: 'Save to the draft' }));
        expect(await screen.findByText('".corp.example" is no suffix')).toBeTruthy();
    });

    it('asks what to do when somebody else was faster', async () => {
        serve({ ...answers, 'PUT /pac/draft': () => problemResponse(412, 'stale', 'Changed') });
        renderPage(<PacPage />, { role: 'editor' });
        await userEvent.type(await screen.findByLabelText('Proxy address'), '0');
        await userEvent.click(screen.getByRole('button', { name: 'Save to the draft' }));
        expect(await screen.findByRole('button', { name: 'Drop mine' })).toBeTruthy();
    });

    it('shows who fetched it, if the server says so', async () => {
        serve({ ...answers, 'GET /pac': { ...pac, fetches: [{ network: '10.1.2.0/24', count: 1234, last_at: '2026-11-27T09:41:00.000Z' }] } });
        renderPage(<PacPage />, { role: 'help-desk' });
        const row = (await screen.findByText('10.1.2.0/24')).closest('tr');
        expect(row?.textContent).toMatch(/1.234/);
    });

    it('does not speak of fetches that nobody counts', async () => {
        serve(answers);
        renderPage(<PacPage />, { role: 'help-desk' });
        await screen.findByRole('button', { name: 'Save to the draft' });
        expect(screen.queryByText('Who fetched it')).toBeNull();
    });

    it('can only be read below editor', async () => {
        serve(answers);
        renderPage(<PacPage />, { role: 'help-desk' });
        const save = await screen.findByRole('button', { name: 'Save to the draft' });
        expect(save.getAttribute('aria-disabled')).toBe('true');
        expect(screen.queryByLabelText('Proxy address')).toBeNull();
        expect(screen.queryByRole('button', { name: /Remove https/ })).toBeNull();
    });
});
