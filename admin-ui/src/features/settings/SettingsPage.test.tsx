import { screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it } from 'vitest';
import { Route } from 'wouter';

import { problemResponse, renderPage, serve } from '../../testing/render';
import SettingsPage from './SettingsPage';

const setting = (name: string, more = {}) => ({
    name, group: 'Time limits', form: 'DURATION', help: 'how long', expected: '', values: ['10s'], defaults: ['10s'], default_note: '', source: 'default', source_text: '',
    repeatable: false, needs_restart: false, restart_pending: false, writable: true, words: [], ...more,
});
const tab = { tab: 'time', title: 'Time', writable: true, read_only_reason: '', problem: '', config_file: '/etc/s.conf', etag: 's1', items: [setting('head-timeout'), setting('workers', { writable: false, source: 'command_line', source_text: 'command line --workers' })] };
const answers = { 'GET /settings': { items: [{ id: 'time', title: 'Time' }] }, 'GET /settings/time': tab };

describe('SettingsPage', () => {
    it('saves what was changed by the state of the tab', async () => {
        const asked = serve({ ...answers, 'PATCH /settings/time': { ...tab, etag: 's2' } });
        renderPage(<SettingsPage />, { at: '/settings/time' });
        const field = await screen.findByLabelText('head-timeout');
        await userEvent.clear(field);
        await userEvent.type(field, '5s');
        await userEvent.click(screen.getByRole('button', { name: 'Save' }));
        await waitFor(() => expect(asked.some(({ method }) => method === 'PATCH')).toBe(true));
        const patch = asked.find(({ method }) => method === 'PATCH');
        expect(patch?.body).toEqual({ values: { 'head-timeout': '5s' } });
        expect(patch?.headers['If-Match']).toBe('"s1"');
    });

    it('shows what the command line says as read-only, with the reason', async () => {
        serve(answers);
        renderPage(<SettingsPage />, { at: '/settings/time' });
        expect((await screen.findByLabelText<HTMLInputElement>('workers')).readOnly).toBe(true);
        expect(screen.getByText(/command line --workers/)).toBeTruthy();
    });

    it('shows what is wrong with the config file beside what the server goes by', async () => {
        serve({ ...answers, 'GET /settings/time': { ...tab, problem: '/etc/s.conf line 3: "soon" is not a duration' } });
        renderPage(<SettingsPage />, { at: '/settings/time' });
        expect((await screen.findByRole('alert')).textContent).toContain('line 3');
        expect(screen.getByLabelText<HTMLInputElement>('head-timeout').value).toBe('10s');
    });

    it('puts what the server minds at its field', async () => {
        serve({ ...answers, 'PATCH /settings/time': () => problemResponse(422, 'validation', 'Wrong', { errors: [{ pointer: '/values/head-timeout', code: 'invalid', detail: 'is no duration' }] }) });
        renderPage(<SettingsPage />, { at: '/settings/time' });
        await userEvent.type(await screen.findByLabelText('head-timeout'), 'x');
        await userEvent.click(screen.getByRole('button', { name: 'Save' }));
        await waitFor(() => expect(screen.getByLabelText('head-timeout').getAttribute('aria-invalid')).toBe('true'));
    });

    it('changes privacy and monitoring by their state', async () => {
        const saved = { mask_users: false, record_details: false, metrics: 'signed-in', quiet_days: 30 };
        const asked = serve({ ...answers, 'GET /settings/oversight': saved, 'PATCH /settings/oversight': { ...saved, mask_users: true } });
        renderPage(<Route path="/settings/:tab"><SettingsPage /></Route>, { at: '/settings/oversight' });
        await userEvent.click(await screen.findByRole('switch', { name: 'Hide user names' }));
        await userEvent.click(screen.getByRole('switch', { name: 'Let everybody read /metrics' }));
        await userEvent.click(screen.getByRole('button', { name: 'Save' }));
        await waitFor(() => expect(asked.some(({ method }) => method === 'PATCH')).toBe(true));
        const patch = asked.find(({ method }) => method === 'PATCH');
        expect(patch?.body).toEqual({ mask_users: true, record_details: false, metrics: 'everybody', quiet_days: 30 });
        expect(patch?.headers['If-Match']).toBe('"e1"');
    });
});
