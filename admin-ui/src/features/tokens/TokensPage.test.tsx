import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it } from 'vitest';

import { renderPage, serve } from '../../testing/render';
import TokensPage from './TokensPage';

const token = {
    id: 't1', name: 'deploy', role: 'auditor', made_by: { id: 'p1', name: 'a.okafor' }, networks: [], created_at: '2026-11-01T00:00:00.000Z', expires_at: '2027-02-01T00:00:00.000Z',
    last_used_at: null, state: 'valid', etag: 'to1',
};
const answers = { 'GET /tokens': { items: [token], next_cursor: null, prev_cursor: null } };

describe('TokensPage', () => {
    it('shows a new token once', async () => {
        const asked = serve({ ...answers, 'POST /tokens': { token, secret: 'spt_secret' } });
        renderPage(<TokensPage />, { at: '/tokens' });
        await userEvent.click(await screen.findByRole('button', { name: 'New token' }));
        const dialog = await screen.findByRole('dialog');
        await userEvent.type(within(dialog).getByLabelText('Name'), 'deploy');
        await userEvent.type(within(dialog).getByLabelText(/Addresses and networks/), '10.0.0.0/8 192.0.2.7');
        await userEvent.click(within(dialog).getByRole('button', { name: 'Make token' }));
        expect(await screen.findByText('spt_secret')).toBeTruthy();
        expect(asked.find(({ method }) => method === 'POST')?.body).toMatchObject({ name: 'deploy', role: 'auditor', networks: ['10.0.0.0/8', '192.0.2.7'] });
        await userEvent.click(screen.getByRole('button', { name: 'I have copied it' }));
        expect(screen.queryByText('spt_secret')).toBeNull();
    });

    it('revokes by the state of the token, after asking', async () => {
        const asked = serve({ ...answers, 'DELETE /tokens/t1': {} });
        renderPage(<TokensPage />, { at: '/tokens' });
        await userEvent.click(await screen.findByRole('button', { name: 'Revoke deploy' }));
        expect(asked.some(({ method }) => method === 'DELETE')).toBe(false);
        await userEvent.click(within(await screen.findByRole('dialog')).getByRole('button', { name: 'Revoke' }));
        await waitFor(() => expect(asked.find(({ method }) => method === 'DELETE')?.headers['If-Match']).toBe('"to1"'));
    });
});
