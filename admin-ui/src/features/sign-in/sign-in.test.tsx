import { screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it } from 'vitest';

import { problemResponse, renderPage, serve, sessionOf } from '../../testing/render';
import SignInPage, { localPath } from './SignInPage';

const user = userEvent.setup();

async function typePassword(): Promise<void> {
    await user.type(await screen.findByLabelText('Name'), 'ada');
    await user.type(screen.getByLabelText('Password'), 'correct horse battery{Enter}');
}

describe('SignInPage', () => {
    it('signs in and goes where the person wanted to go', async () => {
        const asked = serve({ 'POST /session': { stage: 'signed-in', session: sessionOf('editor') } });
        renderPage(<SignInPage />, { at: '/sign-in?next=%2Faudit%3Fq%3Dx' });
        await typePassword();
        await waitFor(() => expect(location.pathname + location.search).toBe('/audit?q=x'));
        expect(asked.find(({ method }) => method === 'POST')?.body).toEqual({ name: 'ada', password: 'correct horse battery' });
    });
    it('sends the code with its sixth digit', async () => {
        const asked = serve({ 'POST /session': { stage: 'totp' }, 'POST /session/totp': { stage: 'signed-in', session: sessionOf('admin') } });
        renderPage(<SignInPage />, { at: '/sign-in' });
        await typePassword();
        await user.type(await screen.findByLabelText('Code from your authenticator app'), '123456');
        await waitFor(() => expect(location.pathname).toBe('/'));
        expect(asked.find(({ path }) => path === '/session/totp')?.body).toEqual({ code: '123456' });
    });
    it('sends a code that is pasted over a wrong one', async () => {
        const asked = serve({ 'POST /session': { stage: 'totp' }, 'POST /session/totp': () => problemResponse(401, 'unauthenticated', 'Not that one.') });
        renderPage(<SignInPage />, { at: '/sign-in' });
        await typePassword();
        const field = await screen.findByLabelText<HTMLInputElement>('Code from your authenticator app');
        await user.type(field, '000000');
        await screen.findByText('Not that one.');
        field.setSelectionRange(0, 6);
        await user.paste('123456');
        await waitFor(() => expect(asked.filter(({ path }) => path === '/session/totp').map(({ body }) => body)).toEqual([{ code: '000000' }, { code: '123456' }]));
    });
    it('asks for a new password when one is due', async () => {
        serve({ 'POST /session': { stage: 'password' }, 'POST /session/password': { stage: 'signed-in', session: sessionOf('admin') } });
        renderPage(<SignInPage />, { at: '/sign-in' });
        await typePassword();
        await user.type(await screen.findByLabelText('New password'), 'another long sentence');
        await user.type(screen.getByLabelText('The same again'), 'another long sentence!{Enter}');
        expect(screen.getByText('Both must be the same.')).toBeTruthy();
        await user.type(screen.getByLabelText('The same again'), '{Backspace}{Enter}');
        await waitFor(() => expect(location.pathname).toBe('/'));
    });
    it('shows the wait when it is locked out', async () => {
        serve({ 'POST /session': () => problemResponse(429, 'rate-limited', 'Too many attempts.', { wait_s: 8 }) });
        renderPage(<SignInPage />, { at: '/sign-in' });
        await typePassword();
        expect(await screen.findByText('Too many attempts. You can try again in 8 s.')).toBeTruthy();
        expect(screen.getByRole('button', { name: 'Sign in' }).getAttribute('aria-disabled')).toBe('true');
    });
    it('lets password managers fill in', async () => {
        serve({});
        renderPage(<SignInPage />, { at: '/sign-in' });
        expect((await screen.findByLabelText('Name')).getAttribute('autocomplete')).toBe('username');
        expect(screen.getByLabelText('Password').getAttribute('autocomplete')).toBe('current-password');
    });
    it('says where the set-up link is while nobody exists', async () => {
        serve({ 'GET /setup': { needed: true } });
        renderPage(<SignInPage />, { at: '/sign-in' });
        expect(await screen.findByText('This proxy has not been set up yet.')).toBeTruthy();
    });
});

describe('where sign-in leads', () => {
    it.each([['/audit?q=1', '/audit?q=1'], ['//evil.example', '/'], ['/\\evil.example', '/'], ['https://evil.example', '/'], ['javascript:alert(1)', '/'], ['/sign-in?next=/', '/'], [null, '/']])(
        '%s is %s', (wanted, path) => expect(localPath(wanted)).toBe(path));
});
