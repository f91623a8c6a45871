import { screen, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';

import { renderPage, serve } from '../../testing/render';
import WebSocketPage from './WebSocketPage';

const profile = (id: string) => ({
    id, name: id, etag: `e-${id}`, change: null, used_by: [], hits: 0, last_hit_at: null,
    checks: [{ name: 'Large', largerThan: '1MiB', action: 'note' }, { name: 'Fast', messagesPerSecond: 50, action: 'note' }],
});
const stats = (profileId: string, check: string, hits: number) => ({
    profile_id: profileId, check, hits, last_hit_at: new Date().toISOString(), bars: [...Array<number>(13).fill(0), hits],
});

describe('the checks of a profile', () => {
    it('say how often they found something, and when last', async () => {
        serve({
            'GET /ws-rules': { items: [profile('Chat'), profile('Other')], next_cursor: null, prev_cursor: null, patterns: [], without_tls_inspection: true },
            'GET /policy/stats/checks': { days: 14, from: '2026-11-14', items: [stats('Chat', 'Large', 1), stats('Other', 'Fast', 7)] },
        });
        renderPage(<WebSocketPage />, { at: '/websocket?id=Chat' });
        const large = await screen.findByRole('group', { name: 'Large' });
        expect(await within(large).findByText('finding in 14 days')).toBeTruthy();
        expect(within(large).getByRole('img', { name: 'Findings of the last 14 days, 1 in all' })).toBeTruthy();
        expect(within(large).getByText(/^last /)).toBeTruthy();
        expect(within(screen.getByRole('group', { name: 'Fast' })).getByText('Never found anything')).toBeTruthy();
    });

    it('say nothing while the counts are not known', async () => {
        serve({ 'GET /ws-rules': { items: [profile('Chat')], next_cursor: null, prev_cursor: null, patterns: [], without_tls_inspection: true } });
        renderPage(<WebSocketPage />, { at: '/websocket' });
        await screen.findByRole('group', { name: 'Large' });
        expect(screen.queryByText('Never found anything')).toBeNull();
    });
});
