import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it } from 'vitest';

import { problemResponse, renderPage, serve } from '../../testing/render';
import { applyChange, emptyPicture, freshIn, type LiveSession, pictureOf, sorted } from './liveSessions';
import SessionsPage from './SessionsPage';

function session(id: string, more: Partial<LiveSession> = {}): LiveSession {
    return {
        id, started_at: '2026-11-27T10:00:00.000Z', age_s: 1, user: 'ada', user_masked: false, client_ip: '10.0.0.1', client_port: 4, listener: '0.0.0.0:3128', host: `${id}.example`, port: 443,
        protocol: 'tls', form: 'connect', rule: { id: 'r1', name: 'Collaboration', layer: 'access' }, verdict: 'allow', destination_ip: null,
        bytes_up: '10', bytes_down: '20', rate_up: 1, rate_down: 2, policy_version: 42, ...more,
    };
}
const change = (more: Partial<Parameters<typeof applyChange>[1]>) => ({ open: [], close: [], rate: {}, total: 0, ...more });

describe('live sessions', () => {
    const start = applyChange(emptyPicture, change({ open: [session('a'), session('b')], total: 2 }));
    it('adds, removes and moves rates', () => {
        const after = applyChange(start, change({ open: [session('c')], close: ['a'], rate: { b: { up: 5, down: 6, bytes_up: '50', bytes_down: '60' } }, total: 2 }));
        expect([...after.byId.keys()]).toEqual(['b', 'c']);
        expect(after.byId.get('b')).toMatchObject({ rate_up: 5, bytes_down: '60' });
    });
    it('takes no harm from doubles and from what it never saw', () => {
        const twice = applyChange(start, change({ open: [session('a')], close: ['z'], rate: { y: { up: 1, down: 1, bytes_up: '1', bytes_down: '1' } }, total: 2 }));
        expect([...twice.byId.keys()]).toEqual(['a', 'b']);
        expect(applyChange(twice, change({ close: ['a', 'a'], total: 1 })).byId.size).toBe(1);
    });
    it('keeps the object of a row that did not change', () => {
        const after = applyChange(start, change({ rate: { b: { up: 9, down: 9, bytes_up: '1', bytes_down: '1' } }, total: 2 }));
        expect(after.byId.get('a')).toBe(start.byId.get('a'));
    });
    it('counts what waits while it is held', () =>
        expect(freshIn(applyChange(start, change({ open: [session('c'), session('d')], close: ['a'], total: 3 })), start)).toBe(2));
    it('sorts by rate, age and bytes', () => {
        const picture = pictureOf({
            items: [session('old', { started_at: '2026-11-27T09:00:00Z' }), session('fast', { rate_down: 900 }), session('big', { bytes_down: '18446744073709551615' })], total: 3,
        });
        expect(sorted(picture, 'rate')[0]?.id).toBe('fast');
        expect(sorted(picture, 'age')[0]?.id).toBe('old');
        expect(sorted(picture, 'bytes')[0]?.id).toBe('big');
    });
});

describe('SessionsPage', () => {
    const user = userEvent.setup();
    const many = Array.from({ length: 30 }, (_, index) => session(`s${index}`));
    const list = { items: many, groups: [], total: 30, open: 31, at: '', next_cursor: null, prev_cursor: null };

    it('says so when names are hidden again, and shows everybody', async () => {
        let hidden = false;
        serve({
            'GET /sessions': (url: URL) => (hidden && url.searchParams.has('user') ? problemResponse(403, 'forbidden', 'User names are masked.', { needs: 'reveal' }) : list),
        });
        renderPage(<SessionsPage />, { at: '/sessions?user=ada&verdict=allow' });
        await screen.findByText('30 of 31 open');
        hidden = true;
        await user.click(await screen.findByRole('button', { name: 'Show everybody' }, { timeout: 20_000 })); // it is asked again by and by
        await screen.findByText('30 of 31 open');
        expect(location.search).toBe('?verdict=allow');
    });

    it('terminates all that match: reason and number are needed', async () => {
        const asked = serve({ 'GET /sessions': list, 'POST /sessions/terminate': { terminated: 30 } });
        renderPage(<SessionsPage />, { role: 'editor', at: '/sessions?q=example' });
        await user.click(await screen.findByRole('button', { name: 'Terminate all that match…' }));
        const dialog = await screen.findByRole('dialog');
        await user.click(within(dialog).getByRole('button', { name: 'Terminate 30' }));
        expect(within(dialog).getByText('Say why, in 3 letters or more.')).toBeTruthy();
        await user.type(within(dialog).getByLabelText('Reason'), 'Leak found');
        await user.type(within(dialog).getByLabelText('Number of sessions'), '29');
        await user.click(within(dialog).getByRole('button', { name: 'Terminate 30' }));
        expect(within(dialog).getByText('Type 30.')).toBeTruthy();
        await user.clear(within(dialog).getByLabelText('Number of sessions'));
        await user.type(within(dialog).getByLabelText('Number of sessions'), '30');
        await user.click(within(dialog).getByRole('button', { name: 'Terminate 30' }));
        await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
        expect(asked.find(({ method }) => method === 'POST')?.body).toEqual({ filter: { q: 'example' }, expected_count: 30, reason: 'Leak found' });
    });
    it.each([45, '45'])('shows the new number when it changed meanwhile (%j)', async (now) => {
        serve({ 'GET /sessions': list, 'POST /sessions/terminate': () => problemResponse(409, 'conflict', 'The number changed.', { count: now }) });
        renderPage(<SessionsPage />, { role: 'editor', at: '/sessions?q=example' });
        await user.click(await screen.findByRole('button', { name: 'Terminate all that match…' }));
        await user.type(screen.getByLabelText('Reason'), 'Leak found');
        await user.type(screen.getByLabelText('Number of sessions'), '30');
        await user.click(screen.getByRole('button', { name: 'Terminate 30' }));
        expect(await screen.findByText('Meanwhile there are 45. Look again and confirm.')).toBeTruthy();
    });
    it.each([['help-desk', true], ['auditor', true], ['editor', false], ['admin', false]] as const)('lets %s terminate: disabled is %s', async (role, disabled) => {
        serve({ 'GET /sessions': list });
        renderPage(<SessionsPage />, { role, at: '/sessions?q=example' });
        const button = await screen.findByRole('button', { name: 'Terminate all that match…' });
        expect(button.getAttribute('aria-disabled') === 'true').toBe(disabled);
    });
    it('tells a hidden user from nobody', async () => {
        serve({ 'GET /sessions': { ...list, items: [session('a', { user: null, user_masked: true }), session('b', { user: null })], total: 2, open: 2 } });
        renderPage(<SessionsPage />, { at: '/sessions?q=example' });
        expect(await screen.findByText('hidden')).toBeTruthy();
        expect(screen.getAllByText('not identified')).toHaveLength(1);
    });
    it('names a way out when nothing fits', async () => {
        serve({ 'GET /sessions': { ...list, items: [], total: 0 } });
        renderPage(<SessionsPage />, { at: '/sessions?q=zzz' });
        await user.click(await screen.findByRole('button', { name: 'Without it there are 31. Drop the filter' }));
        expect(location.search).toBe('');
    });
});
