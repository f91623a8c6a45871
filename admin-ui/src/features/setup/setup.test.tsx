import { screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it } from 'vitest';

import { problemResponse, renderPage, serve, sessionOf } from '../../testing/render';
import { hostsOf, pacUrlOf, setupInput, startingValues } from './setup';
import SetupPage from './SetupPage';

const user = userEvent.setup();
const facts = { expires_at: '2030-01-01T00:00:00.000Z', listener: { address: '0.0.0.0', port: 3128 }, can_change_listener: true, pac_url: 'http://10.0.0.5/proxy.pac', policy_owner: 'people' as const };

async function takeAdministratorStep() {
    await user.type(await screen.findByLabelText('Name'), 'ada');
    await user.type(screen.getByLabelText('Password'), 'correct horse battery');
    await user.type(screen.getByLabelText('The same again'), 'correct horse battery');
    await user.click(screen.getByRole('radio', { name: 'Later' }));
    await user.click(screen.getByRole('button', { name: 'Continue' }));
}

describe('set-up', () => {
    it('goes through four steps and back, and sends everything at the end', async () => {
        const asked = serve({
            'POST /setup/check': facts,
            'POST /setup': { stage: 'signed-in', session: sessionOf('admin') },
            'GET /overview': { first_visit: { session_seen: true } },
        });
        renderPage(<SetupPage />, { at: '/setup?token=abc' });
        await takeAdministratorStep();
        await screen.findByRole('heading', { name: /Where clients connect/ });
        await user.click(screen.getByRole('button', { name: 'Back' }));
        expect(screen.getByLabelText<HTMLInputElement>('Name').value).toBe('ada');
        await user.click(screen.getByRole('button', { name: 'Continue' }));
        await user.click(await screen.findByRole('button', { name: 'Continue' }));
        await user.click(await screen.findByRole('radio', { name: 'Allow all and watch' }));
        await user.click(screen.getByRole('button', { name: 'Continue' }));
        expect(asked.some(({ path }) => path === '/setup')).toBe(false);
        await user.click(await screen.findByRole('button', { name: 'Finish set-up' }));
        expect(await screen.findByText('The first session has arrived.')).toBeTruthy();
        expect(asked.find(({ path }) => path === '/setup')?.body).toEqual({
            token: 'abc',
            admin: { name: 'ada', password: 'correct horse battery', totp: false },
            starting_policy: { kind: 'watch' },
        });
    });
    it('names what is wrong at the field', async () => {
        serve({ 'POST /setup/check': facts });
        renderPage(<SetupPage />, { at: '/setup?token=abc' });
        await user.type(await screen.findByLabelText('Name'), 'ada');
        await user.type(screen.getByLabelText('Password'), 'short');
        await user.click(screen.getByRole('radio', { name: 'Later' }));
        await user.click(screen.getByRole('button', { name: 'Continue' }));
        await waitFor(() => expect(screen.getByLabelText('Password').getAttribute('aria-invalid')).toBe('true'));
    });
    it('leaves the policy to its owner', async () => {
        serve({ 'POST /setup/check': { ...facts, policy_owner: 'file' } });
        renderPage(<SetupPage />, { at: '/setup?token=abc' });
        await takeAdministratorStep();
        await user.click(await screen.findByRole('button', { name: 'Continue' }));
        expect(await screen.findByText(/^This policy is owned by a file/)).toBeTruthy();
        expect(screen.getAllByRole<HTMLInputElement>('radio').map(({ checked }) => checked)).toEqual([true]);
    });
    it('says when the link does not hold any longer', async () => {
        serve({ 'POST /setup/check': () => problemResponse(403, 'forbidden', 'No.') });
        renderPage(<SetupPage />, { at: '/setup?token=old' });
        expect(await screen.findByText('This link does not hold any longer')).toBeTruthy();
    });
    it('sends another listener only when it was changed', () => {
        const { admin, listen, policy } = startingValues(facts);
        expect(setupInput('t', facts, admin, listen, policy).listener).toBeUndefined();
        expect(setupInput('t', facts, admin, { ...listen, port: 8080 }, policy).listener).toEqual({ address: '0.0.0.0', port: 8080 });
    });
    it('says where the PAC file will be', () => {
        const { listen } = startingValues(facts);
        expect(pacUrlOf(facts, listen)).toBe('http://10.0.0.5/proxy.pac');
        expect(pacUrlOf(facts, { address: '10.0.0.6', port: 8080 })).toBe('http://10.0.0.6:8080/proxy.pac');
        expect(pacUrlOf(facts, { address: '::1', port: 8080 })).toBe('http://[::1]:8080/proxy.pac');
        expect(pacUrlOf({ ...facts, can_change_listener: false }, { ...listen, port: 8080 })).toBe('http://10.0.0.5/proxy.pac');
    });
    it('reads hosts one per line', () => expect(hostsOf('A.example\n\n*.b.example # remark\na.example')).toEqual(['a.example', '*.b.example']));
});
