import { screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it } from 'vitest';

import { problemResponse, renderPage, serve } from '../../testing/render';
import OverviewPage from './OverviewPage';
import type { Overview } from './useOverview';

const user = userEvent.setup();
const at = '2026-11-27T10:00:00.000Z';

function overview(more: Partial<Overview> = {}): Overview {
    const values = [1, null, 3];
    return {
        span: '1h', at,
        tiles: {
            open_sessions: 1284, new_per_s: 118, decision_p99_us: 64, denied_percent: 7.6, failed_percent: null, policy_version: 42, workers: 4, workers_on_policy: 4,
            denied_percent_before: 5.2, failed_percent_before: null, sessions_in_span: 312_345, denied_in_span: 23_712, failed_in_span: 0,
        },
        series: {
            from: at, step_s: 15, open: values, bytes_up_per_s: values, bytes_down_per_s: values, allow_per_s: values, deny_per_s: values, inspect_per_s: values, error_per_s: values, marks: [],
        },
        top_denied: { hosts: [{ value: 'www.dropbox.com', count: 1204 }], users: [{ value: '-', count: 190 }], users_masked: false },
        attention: [], versions: [{ version: 42, published_at: at, by: 'm.lopez', note: 'Close storage', live: true }, { version: 41, published_at: at, by: 'm.lopez', note: '', live: false }],
        health: [], first_visit: { session_seen: true, pac_fetched: false, proxy_addresses: ['10.0.0.5:3128'], pac_url: 'http://10.0.0.5/proxy.pac' },
        ...more,
    };
}

describe('OverviewPage', () => {
    it('says since when there are figures after a start within the span', async () => {
        const { tiles, series } = overview();
        const none = { sessions_in_span: 0, denied_in_span: 0, failed_in_span: 0, denied_percent: null, denied_percent_before: null };
        serve({ 'GET /overview': overview({ tiles: { ...tiles, ...none }, series: { ...series, step_s: 60, open: [null, null, 0] } }) });
        renderPage(<OverviewPage />);
        expect(await screen.findAllByText(/^no session since the start, (.* )?10:02$/)).toHaveLength(3);
    });
    it('makes every figure a link to what is behind it', async () => {
        serve({ 'GET /overview': overview() });
        renderPage(<OverviewPage />);
        const tiles = await screen.findByRole('region', { name: 'Figures of now' });
        expect(within(tiles).getAllByRole('link').map((link) => link.getAttribute('href'))).toEqual([
            '/sessions', '/audit?last=1h', '/audit?last=1h&verdict=deny', '/audit?last=1h&verdict=error', '/rules',
        ]);
        expect(within(tiles).getByText('active on all 4 workers')).toBeTruthy();
        expect(screen.getByRole('link', { name: /www\.dropbox\.com/ }).getAttribute('href')).toBe('/audit?last=1h&verdict=deny&host=www.dropbox.com');
        expect(screen.getByRole('link', { name: /Not identified/ }).getAttribute('href')).toBe('/audit?last=1h&verdict=deny&user=');
        expect(screen.getByRole('link', { name: 'Compare v41 with the live version' }).getAttribute('href')).toBe('/rules/versions/41..42');
    });
    it('says how many were open at most, and how the shares were a day before', async () => {
        const { tiles, series } = overview();
        serve({ 'GET /overview': overview({ tiles: { ...tiles, failed_percent: 0.31, failed_percent_before: 0.36 }, series: { ...series, open: [1, 2130, null] } }) });
        renderPage(<OverviewPage />);
        const region = await screen.findByRole('region', { name: 'Figures of now' });
        expect(within(region).getByText(/^peak 2,130 at (.* )?10:00$/)).toBeTruthy();
        expect(within(region).getByText('2.4 points above yesterday')).toBeTruthy();
        expect(within(region).getByText('0.05 points below yesterday')).toBeTruthy();
    });
    it('counts sessions while there is no earlier share, and no peak', async () => {
        const { tiles } = overview();
        serve({ 'GET /overview': overview({ tiles: { ...tiles, denied_percent_before: null } }) });
        renderPage(<OverviewPage />);
        const region = await screen.findByRole('region', { name: 'Figures of now' });
        expect(within(region).getByText('23.7k of 312k sessions')).toBeTruthy();
        expect(within(region).getByText('312k in this time')).toBeTruthy();
    });
    it('marks how much a version changed', async () => {
        const changes = { added: 1, removed: 0, edited: 2, moved: 1, other: 0 };
        serve({ 'GET /overview': overview(), 'GET /policy/versions': { items: [{ version: 42, kind: 'publish', changes }, { version: 41, kind: 'rollback', changes }], next_cursor: null, prev_cursor: null } });
        renderPage(<OverviewPage />);
        expect(await screen.findByText('+1 ~2 ⇅1')).toBeTruthy();
        expect(screen.getByText('1 added, 2 edited, 1 moved')).toBeTruthy();
        expect(screen.getByText('rolled back')).toBeTruthy();
    });
    it('says that a new version is not yet everywhere', async () => {
        const { tiles } = overview();
        serve({ 'GET /overview': overview({ tiles: { ...tiles, workers_on_policy: 3 } }) });
        renderPage(<OverviewPage />);
        expect(await screen.findByText('active on 3 of 4 workers')).toBeTruthy();
    });
    it('says that user names are hidden', async () => {
        serve({ 'GET /overview': overview({ top_denied: { hosts: [], users: [], users_masked: true } }) });
        renderPage(<OverviewPage />);
        expect(await screen.findByText(/User names are hidden/)).toBeTruthy();
    });
    it('shows no attention strip when nothing needs attention', async () => {
        serve({ 'GET /overview': overview() });
        renderPage(<OverviewPage />);
        await screen.findByText('Throughput');
        expect(screen.queryByRole('region', { name: 'Needs attention' })).toBeNull();
    });
    it('shows what needs attention, with its way', async () => {
        serve({ 'GET /overview': overview({ attention: [{ kind: 'disk-filling', state: 'warn', text: 'The disk is full in 9 days.', link: '/health?check=disk' }] }) });
        renderPage(<OverviewPage />);
        const strip = await screen.findByRole('region', { name: 'Needs attention' });
        expect(within(strip).getByRole('link').getAttribute('href')).toBe('/health?check=disk');
    });
    it('has three things to do before the first session', async () => {
        const { first_visit } = overview();
        serve({ 'GET /overview': overview({ first_visit: { ...first_visit, session_seen: false, pac_fetched: true } }) });
        renderPage(<OverviewPage />);
        expect(await screen.findByText('curl -x http://10.0.0.5:3128 https://example.com/')).toBeTruthy();
        expect(screen.getByRole('heading', { name: 'Try the PAC file , done' })).toBeTruthy();
        expect(screen.queryByRole('region', { name: 'Figures of now' })).toBeNull();
    });
    it('keeps the span in the address', async () => {
        const asked = serve({ 'GET /overview': (url: URL) => overview({ span: url.searchParams.get('span') as '7d' }) });
        renderPage(<OverviewPage />, { at: '/?span=24h' });
        await screen.findByText('Throughput');
        expect(asked.findLast(({ url }) => url.pathname.endsWith('/overview'))?.url.searchParams.get('span')).toBe('24h');
        await user.click(screen.getByRole('radio', { name: '7 days' }));
        expect(location.search).toBe('?span=7d');
        await user.click(screen.getByRole('radio', { name: '1 hour' }));
        expect(location.search).toBe('');
    });
    it('says what failed and offers to try again', async () => {
        serve({ 'GET /overview': () => problemResponse(500, 'internal', 'The database is busy.') });
        renderPage(<OverviewPage />);
        expect(await screen.findByText('The overview could not be loaded')).toBeTruthy();
        expect(screen.getByText('trace-1')).toBeTruthy();
        expect(screen.getByRole('button', { name: 'Try again' })).toBeTruthy();
    });
});
