import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it } from 'vitest';

import type { Schema } from '../../api/types';
import { renderPage, serve } from '../../testing/render';
import HealthPage from './HealthPage';

const user = userEvent.setup();
const health: Schema<'Health'> = {
    state: 'warn', at: '2026-11-27T10:00:00.000Z',
    checks: [
        { id: 'disk', title: 'Disk', state: 'warn', value: '91 %', threshold: '85 %', since: '2026-11-27T09:00:00.000Z', text: 'Make room.' },
        { id: 'clock', title: 'Clock', state: 'ok', value: '–', threshold: '', since: null, text: 'In step.' },
    ],
    workers: [{ worker: 0, sessions: 3, connections: 6, loop_lag_us: null, policy_version: 42, audit_queued: 0 }],
    process: { started_at: '2026-11-27T09:00:00.000Z', uptime_s: 3600, version: '1.0', resident_bytes: '1048576', cpu_s: 2, open_files: 10, max_files: 100, threads: 9 },
    database: { audit_bytes: '0', journal_bytes: '0', free_bytes: '1073741824', days_until_full: null },
};

describe('HealthPage', () => {
    it('shows each check with state in words, value and threshold', async () => {
        serve({ 'GET /health': health });
        renderPage(<HealthPage />, { at: '/health?check=clock' });
        const table = await screen.findByRole('region', { name: 'Checks, table' });
        const row = within(table).getByRole('row', { name: /Disk/ });
        expect(within(row).getByText('Needs a look')).toBeTruthy();
        expect(within(row).getByText('91 %')).toBeTruthy();
        expect(document.title).toBe('System health: Needs a look · Sallyport');
    });
    it('makes a support bundle as a job and offers the file', async () => {
        let polls = 0;
        const asked = serve({
            'GET /health': health,
            'POST /health/bundle': () => new Response(null, { status: 202, headers: { Location: '/api/v1/jobs/j1' } }),
            'GET /jobs/j1': () => {
                polls += 1;
                return polls < 2 ? { id: 'j1', kind: 'bundle', state: 'running', done: 1, total: 4, started_at: '' }
                    : { id: 'j1', kind: 'bundle', state: 'done', done: 4, total: 4, started_at: '', result: { id: 'b1', file: '/health/bundle/b1/file', bytes: '2048' } };
            },
        });
        renderPage(<HealthPage />, { at: '/health' });
        await user.click(await screen.findByRole('button', { name: 'Support bundle' }));
        await user.click(await screen.findByRole('button', { name: 'Make the bundle' }));
        const link = await screen.findByRole('link', { name: 'Download, 2 KiB' }, { timeout: 4000 });
        expect(link.getAttribute('href')).toBe('/api/v1/health/bundle/b1/file');
        expect(asked.find(({ method }) => method === 'POST')?.headers['Idempotency-Key']).toBeTruthy();
    });
    it.each([['help-desk', true], ['auditor', true], ['editor', true], ['admin', false]] as const)('%s: the bundle is disabled: %s', async (role, disabled) => {
        serve({ 'GET /health': health });
        renderPage(<HealthPage />, { role, at: '/health' });
        const button = await screen.findByRole('button', { name: 'Support bundle' });
        await waitFor(() => expect(button.getAttribute('aria-disabled') === 'true').toBe(disabled));
    });
});
