import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { beforeEach, describe, expect, it, vi } from 'vitest';

import { renderPage, serve } from '../../testing/render';
import AdminEventsPage from './AdminEventsPage';

const events = [
    { seq: '12', time: '2026-11-27T09:41:00.000Z', who: 'm.lopez', source: '10.0.0.7', action: 'policy.rule.change', object: 'Block file sharing',
        before: { enabled: true, name: 'Block file sharing' }, after: { enabled: false, name: 'Block file sharing' }, note: 'CHG-4711' },
    { seq: '11', time: '2026-11-27T09:40:00.000Z', who: 'root (uid 0)', source: 'command line', action: 'audit.export', object: null, before: null, after: null, note: null },
];

function show(at = '/audit/admin', role: 'auditor' | 'help-desk' = 'auditor') {
    const asked = serve({ 'GET /audit/admin': { items: events, next_cursor: null, prev_cursor: null } });
    renderPage(<AdminEventsPage />, { role, at });
    return { asked, user: userEvent.setup() };
}

beforeEach(() => {
    vi.spyOn(HTMLElement.prototype, 'clientHeight', 'get').mockReturnValue(600);
    return () => vi.restoreAllMocks();
});

describe('the admin events', () => {
    it('show what changed, before and after', async () => {
        const { user } = show();
        await user.click(await screen.findByText('Policy: rule change'));
        const panel = await screen.findByRole('complementary', { name: 'Policy: rule change' });
        expect(within(panel).getByText('enabled')).toBeTruthy();
        expect(within(panel).getByText('true').tagName).toBe('DEL');
        expect(within(panel).getByText('false').tagName).toBe('INS');
        expect(within(panel).queryByText('name')).toBeNull();
        expect(location.search).toBe('?id=12');
    });

    it('are searched by who, action, object and time, kept in the address', async () => {
        const { asked } = show('/audit/admin?who=m.lopez&action=policy.*&last=7d');
        await screen.findByText('Policy: rule change');
        const query = asked[0]?.url.searchParams;
        expect(query?.get('who')).toBe('m.lopez');
        expect(query?.get('action')).toBe('policy.*');
        expect(query?.get('from')).toMatch(/^\d{4}-\d\d-\d\dT/);
    });

    it('drop the filters again', async () => {
        const { asked, user } = show('/audit/admin?object=v42');
        await user.click(await screen.findByRole('button', { name: 'Clear' }));
        expect(location.search).toBe('');
        await waitFor(() => expect(asked.at(-1)?.url.searchParams.has('object')).toBe(false));
    });
});
