import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it } from 'vitest';

import { problemResponse, renderPage, serve } from '../../testing/render';
import PeoplePage from './PeoplePage';

const person = (id: string, more = {}) => ({
    id, name: id, display: '', role: 'editor', disabled: false, must_change_password: false, totp: true, created_at: '2026-11-01T00:00:00.000Z', last_sign_in_at: null,
    open_sign_ins: 0, tokens: 0, etag: 'pe1', ...more,
});
const noSignIns = { items: [], next_cursor: null, prev_cursor: null };
const answers = {
    'GET /people': { items: [person('ann', { role: 'admin' }), person('bob')], next_cursor: null, prev_cursor: null },
    'GET /people/bob/sign-ins': { ...noSignIns, items: [{ id: 's7', current: false, created_at: '2026-11-27T00:00:00.000Z', last_seen_at: '2026-11-27T00:00:00.000Z', expires_at: '2026-11-28T00:00:00.000Z', address: '10.0.0.7', user_agent: 'x' }] },
};

describe('PeoplePage', () => {
    it('changes a role by the state of the person', async () => {
        const asked = serve({ ...answers, 'PATCH /people/bob': person('bob') });
        renderPage(<PeoplePage />, { at: '/people?id=bob' });
        await userEvent.click(await screen.findByRole('radio', { name: 'Auditor' }));
        await userEvent.click(screen.getByRole('button', { name: 'Save' }));
        await waitFor(() => expect(asked.some(({ method }) => method === 'PATCH')).toBe(true));
        const patch = asked.find(({ method }) => method === 'PATCH');
        expect(patch?.body).toEqual({ role: 'auditor', display: '' });
        expect(patch?.headers['If-Match']).toBe('"pe1"');
    });

    it('ends a sign-in', async () => {
        const asked = serve({ ...answers, 'DELETE /people/bob/sign-ins/s7': {} });
        renderPage(<PeoplePage />, { at: '/people?id=bob' });
        await userEvent.click(await screen.findByRole('button', { name: 'End the sign-in of 10.0.0.7' }));
        await waitFor(() => expect(asked.some(({ path }) => path === '/people/bob/sign-ins/s7')).toBe(true));
    });

    it('asks before it disables, and says why the server will not', async () => {
        serve({ ...answers, 'PATCH /people/bob': () => problemResponse(409, 'conflict', 'At least one administrator must remain.') });
        renderPage(<PeoplePage />, { at: '/people?id=bob' });
        await userEvent.click(await screen.findByRole('button', { name: 'Disable' }));
        const dialog = await screen.findByRole('dialog', { name: 'Disable bob?' });
        await userEvent.click(within(dialog).getByRole('button', { name: 'Disable' }));
        expect(await within(dialog).findByText('At least one administrator must remain.')).toBeTruthy();
    });

    it('adds a person with a first password', async () => {
        const asked = serve({ ...answers, 'POST /people': person('eve') });
        renderPage(<PeoplePage />, { at: '/people' });
        await userEvent.click(await screen.findByRole('button', { name: 'Add person' }));
        const dialog = await screen.findByRole('dialog');
        await userEvent.type(within(dialog).getByLabelText('Name to sign in with'), 'eve');
        await userEvent.click(within(dialog).getByRole('button', { name: 'Add person' }));
        await waitFor(() => expect(asked.some(({ method }) => method === 'POST')).toBe(true));
        const body = asked.find(({ method }) => method === 'POST')?.body as { name: string; role: string; password: string };
        expect(body).toMatchObject({ name: 'eve', role: 'help-desk' });
        expect(body.password).toHaveLength(20);
    });
});
