import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { act, fireEvent, render, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { beforeEach, describe, expect, it, vi } from 'vitest';

import { api } from '../api/client';
import { roleReaches, SessionContext } from '../api/session';
import type { Role } from '../api/types';
import { LetterKeysContext } from '../components/letterKeys';
import { TooltipProvider } from '../components/Tooltip';
import { problemResponse, serve, sessionOf } from '../testing/render';
import { Doorkeeper } from './Doorkeeper';
import { routes } from './routes';
import { Shell } from './Shell';
import { adopt, defaults, preferences } from './preferences';

const user = userEvent.setup();

class SilentSocket {
    static readonly OPEN = 1;
    readyState = 0;
    close(): void {}
    send(): void {}
}

beforeEach(() => {
    vi.stubGlobal('WebSocket', SilentSocket);
    adopt(defaults);
});

function renderShell(role: Role, at = '/nowhere', lettersOn = true) {
    history.replaceState(null, '', at);
    return render(
        <QueryClientProvider client={new QueryClient({ defaultOptions: { queries: { retry: false } } })}>
            <SessionContext value={sessionOf(role)}>
                <LetterKeysContext value={lettersOn}>
                    <TooltipProvider>
                        <Shell />
                        <Doorkeeper />
                    </TooltipProvider>
                </LetterKeysContext>
            </SessionContext>
        </QueryClientProvider>,
    );
}

const key = (name: string, more: Record<string, unknown> = {}) => act(async () => void fireEvent.keyDown(document.body, { key: name, ...more }));

describe('keys', () => {
    it.each([['o', '/'], ['s', '/sessions'], ['a', '/audit'], ['r', '/rules'], ['w', '/what-if'], ['l', '/lists'], ['p', '/pac'], ['h', '/health']])(
        'g %s goes to %s', async (letter, path) => {
            serve({});
            renderShell('admin');
            await key('g');
            await key(letter);
            expect(location.pathname).toBe(path);
        });
    it('does nothing while somebody types', async () => {
        serve({});
        const { container } = renderShell('admin');
        const input = document.createElement('input');
        container.append(input);
        fireEvent.keyDown(input, { key: 'g' });
        fireEvent.keyDown(input, { key: 'a' });
        expect(location.pathname).toBe('/nowhere');
    });
    it('does nothing when letters are switched off', async () => {
        serve({});
        renderShell('admin', '/nowhere', false);
        await key('g');
        await key('a');
        await key('?');
        expect(location.pathname).toBe('/nowhere');
        expect(screen.queryByRole('dialog')).toBeNull();
    });
    it('lists itself under ?, and Esc closes the list', async () => {
        serve({});
        renderShell('admin');
        await key('?');
        expect(await screen.findByRole('dialog', { name: 'Keyboard keys' })).toBeTruthy();
        await user.keyboard('{Escape}');
        await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    });
    it('finds with Ctrl K and opens with Enter', async () => {
        serve({ 'GET /find': { items: [{ kind: 'rule', label: 'Block file sharing', detail: 'rule 8', route: '/nowhere?rule=8' }], took_ms: 1 } });
        renderShell('admin');
        await key('k', { ctrlKey: true });
        await user.type(await screen.findByRole('combobox'), 'file sh');
        await screen.findByRole('option', { name: /Block file sharing/ });
        await user.keyboard('{Enter}');
        await waitFor(() => expect(location.search).toBe('?rule=8'));
    });
});

describe('roles', () => {
    it.each([['help-desk', 9], ['auditor', 9], ['editor', 9], ['admin', 12]] as const)('%s sees %s pages', (role, pages) => {
        serve({});
        renderShell(role);
        const links = within(screen.getByRole('navigation')).getAllByRole('link');
        expect(links).toHaveLength(pages + 1); // and the node's health
    });
    it.each(
        routes.flatMap(({ path, least, title }) => (['help-desk', 'auditor', 'editor'] as const)
            .filter((role) => !roleReaches(role, least))
            .map((role) => ({ role, path: path.replace(/\/:.*/, ''), least, title }))),
    )('$path is closed to $role, and asks the server nothing', async ({ role, path, least, title }) => {
        const asked = serve({});
        renderShell(role, path);
        expect(await screen.findByRole('heading', { level: 1, name: title })).toBeTruthy();
        expect(screen.getByText(`This page needs the role ${least}`)).toBeTruthy();
        expect(asked.filter(({ url }) => !/\/(policy|health)/.test(url.pathname))).toEqual([]);
    });
});

describe('Doorkeeper', () => {
    it('asks for the password over the page and repeats the request', async () => {
        let confirmed = false;
        const asked = serve({
            'POST /session/confirm': () => {
                confirmed = true;
                return { confirmed_until: '' };
            },
            'POST /people': () => (confirmed ? { id: 'p2' } : problemResponse(403, 'reauth-required', 'Confirm first.')),
        });
        renderShell('admin');
        const made = api.create<{ id: string }>('/people', { name: 'eve' });
        await user.type(await screen.findByLabelText('Password'), 'secret{Enter}');
        expect((await made).data).toEqual({ id: 'p2' });
        const keys = asked.filter(({ path }) => path === '/people').map(({ headers }) => headers['Idempotency-Key']);
        expect(keys[0]).toBe(keys[1]);
    });
    it('asks for sign-in when it has expired, and keeps what was typed', async () => {
        let signedIn = false;
        serve({
            'POST /session': () => {
                signedIn = true;
                return { stage: 'signed-in', session: sessionOf('admin') };
            },
            'PATCH /lists/1': (_url: URL, init: RequestInit) => (signedIn ? JSON.parse(String(init.body)) as unknown : problemResponse(401, 'unauthenticated', 'Sign in.')),
        });
        renderShell('admin');
        const saved = api.patch<{ comment: string }>('/lists/1', { comment: 'typed' }, { ifMatch: 'e' });
        expect(await screen.findByRole('dialog', { name: 'Your sign-in has expired' })).toBeTruthy();
        expect(screen.getByLabelText<HTMLInputElement>('Name').value).toBe('a.okafor');
        await user.type(screen.getByLabelText('Password'), 'secret{Enter}');
        expect((await saved).data).toEqual({ comment: 'typed' });
    });
});

describe('preferences', () => {
    it('puts theme and density on the document', () => {
        adopt({ theme: 'dark', density: 'compact' });
        expect(document.documentElement.dataset).toMatchObject({ theme: 'dark', density: 'compact' });
        adopt({ theme: 'system', density: 'normal' });
        expect(document.documentElement.dataset.theme).toBeUndefined();
    });
    it('takes only what it knows', () => {
        adopt({ theme: 'pink' as 'dark', zone: 'Mars/Base', density: 'huge' as 'compact', letterKeys: undefined as unknown as boolean });
        expect(preferences()).toMatchObject({ theme: 'system', zone: 'UTC', density: 'normal', letterKeys: true });
    });
});
