import { screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it } from 'vitest';

import { problemResponse, renderPage, serve } from '../../testing/render';
import WhyPage from './WhyPage';

const id = '0195e0b4-7d3c-7aaa-8bbb-0123456789ab';
const answer = {
    source: 'session', verdict: 'deny', sentence: 'www.dropbox.com was refused to r.silva by the access rule “Block file sharing”.', session: id,
    at: '2026-11-27T09:41:00.000Z', url: 'https://www.dropbox.com/',
};

function show(reply: unknown = answer, at = '/audit/why') {
    const asked = serve({ 'GET /audit/why': reply });
    renderPage(<WhyPage />, { role: 'help-desk', at });
    return { asked, user: userEvent.setup() };
}

describe('the reason for the help-desk', () => {
    it('is found by a pasted session id', async () => {
        const { asked, user } = show();
        await user.type(screen.getByLabelText('Session id, or address'), `Session: ${id}{Enter}`);
        expect(await screen.findByText(/was refused to r.silva/)).toBeTruthy();
        expect(asked[0]?.url.searchParams.get('session')).toBe(id);
        expect(screen.getByRole('link', { name: 'Open the session' }).getAttribute('href')).toBe(`/audit/${id}`);
    });

    it('is found by address and user', async () => {
        const { asked, user } = show();
        await user.type(screen.getByLabelText('Session id, or address'), 'www.dropbox.com');
        await user.click(screen.getByRole('button', { name: 'Tell me why' }));
        expect(screen.getByText('For an address, a user or a client address is needed.')).toBeTruthy();
        await user.type(screen.getByLabelText('User'), 'r.silva{Enter}');
        await waitFor(() => expect(Object.fromEntries(asked[0]?.url.searchParams ?? [])).toEqual({ url: 'www.dropbox.com', user: 'r.silva' }));
    });

    it('says when it is not recorded but what the policy would say', async () => {
        show({ ...answer, source: 'what-if', session: null, at: null }, '/audit/why?url=www.dropbox.com&user=r.silva');
        expect(await screen.findByText(/Not in the log/)).toBeTruthy();
        expect(screen.queryByRole('link', { name: 'Open the session' })).toBeNull();
    });

    it('does not call allowed what waits for a fact', async () => {
        const sentence = 'Asked now, the policy says: Undecided: the address is not known yet, and access rule “Private” asks for it.';
        show({ ...answer, source: 'what-if', verdict: 'undecided', sentence, session: null, at: null }, '/audit/why?url=www.dropbox.com&user=r.silva');
        expect(await screen.findByText('Undecided')).toBeTruthy();
        expect(screen.getByText(/asks for it/)).toBeTruthy();
        expect(screen.queryByText('Allowed')).toBeNull();
    });

    it('says that there is no such session', async () => {
        show(() => problemResponse(404, 'not-found', 'No such session'), `/audit/why?session=${id}`);
        expect(await screen.findByText(/no such session in the log/)).toBeTruthy();
    });

    it('needs something to look for', async () => {
        const { user } = show();
        await user.click(screen.getByRole('button', { name: 'Tell me why' }));
        expect(screen.getByText('Paste a session id or an address.')).toBeTruthy();
    });
});
