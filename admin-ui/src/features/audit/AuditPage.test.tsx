import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { beforeEach, describe, expect, it, vi } from 'vitest';

import type { Role } from '../../api/types';
import { type Answers, type Asked, problemResponse, renderPage, serve } from '../../testing/render';
import AuditPage from './AuditPage';
import { sampleDetail, sampleFacets, sampleHistogram, sampleRow } from './sample';

interface Batch {
    rows: unknown[];
    dropped: number;
}

const feed = vi.hoisted(() => ({ onData: null as null | ((batch: Batch) => void), onRefused: null as null | ((refusal: { detail: string }) => void), filter: undefined as unknown }));
// As the real one it subscribes behind the drawing: what came before, the tail would drop as of an older filter.
vi.mock('../../api/live', async () => {
    const { useEffect } = await import('react');
    return {
        useLive: (_channel: string, options: { filter: unknown; onData(batch: Batch): void; onRefused(refusal: { detail: string }): void }) => {
            useEffect(() => {
                Object.assign(feed, { onData: options.onData, onRefused: options.onRefused, filter: options.filter });
                return () => void Object.assign(feed, { onData: null, onRefused: null, filter: undefined });
            });
        },
        useFeedStatus: () => ({ state: 'idle', retryAt: null, downSince: null }),
    };
});
/** Until the page follows what passes this filter. */
const followed = (filter: object) => waitFor(() => expect(feed.filter).toEqual(filter));

const rows = Array.from({ length: 8 }, (_, number) => sampleRow(number));
const page = { items: rows, next_cursor: null, prev_cursor: 'p', took_ms: 1, ending: 'exhausted', fraction: 1 };
const whole = {
    state: 'whole', at: '2026-11-27T09:40:00.000Z', by: 'a.okafor', verified_to: '7', records: '7', files: 1, head_hash: 'ab', checkpoints: 1,
    last_checkpoint: '7', signatures_checked: true, took_ms: 1, running_job: null, first_bad: null,
};

function answersWith(change: Answers = {}): Answers {
    return {
        'GET /audit/sessions': page,
        ...Object.fromEntries(rows.map((row) => [`GET /audit/sessions/${row.id}`, sampleDetail(row)])),
        'GET /audit/histogram': sampleHistogram(12, 30),
        'GET /audit/facets': sampleFacets(),
        'GET /audit/facet-values': { values: [{ value: 'a.okafor', label: 'a.okafor', count: 3 }] },
        'GET /audit/searches': { items: [], next_cursor: null, prev_cursor: null },
        'GET /audit/integrity': whole,
        'GET /audit/privacy': { users_masked: false, mask_users: false, record_details: false, revealed_until: null },
        ...change,
    };
}

function show(change: Answers = {}, { role = 'admin', at = '/audit?last=1h' }: { role?: Role; at?: string } = {}) {
    const asked = serve(answersWith(change));
    const user = userEvent.setup();
    renderPage(<AuditPage />, { role, at });
    return { asked, user };
}

function lastQuery(asked: readonly Asked[], path: string): URLSearchParams {
    return asked.findLast((each) => each.path === path)?.url.searchParams ?? new URLSearchParams();
}

const search = () => screen.getByRole('combobox', { name: 'Search the audit log' });
const grid = () => screen.findByRole('grid');

beforeEach(() => {
    // Nothing is laid out here, and a table without height has no rows.
    vi.spyOn(HTMLElement.prototype, 'clientHeight', 'get').mockReturnValue(600);
    vi.spyOn(HTMLElement.prototype, 'clientWidth', 'get').mockReturnValue(800);
    return () => vi.restoreAllMocks();
});

describe('the audit page', () => {
    it('asks for rows first, then for histogram and facets', async () => {
        const { asked } = show();
        expect(await screen.findByText('host0.example')).toBeTruthy();
        await screen.findByText('Block file sharing', { selector: 'span' });
        const order = asked.map(({ path }) => path).filter((path) => /sessions|histogram|facets/.test(path));
        expect(order[0]).toBe('/audit/sessions');
        expect(order).toContain('/audit/histogram');
        expect(order).toContain('/audit/facets');
    });

    it.each([['0', '–'], ['54', '54 B']])('says of denied sessions that moved %s bytes: %s', async (moved, shown) => {
        show({ 'GET /audit/histogram': { ...sampleHistogram(6), rx_bytes: moved } });
        expect((await screen.findByTitle('Received from servers')).textContent).toContain(shown);
    });

    it('takes a facet by a click and leaves it out by the icon', async () => {
        const { asked, user } = show();
        const facet = await screen.findByRole('region', { name: 'User' });
        await user.click(within(facet).getByRole('checkbox', { name: 'r.silva' }));
        expect(location.search).toContain('user=r.silva');
        await waitFor(() => expect(lastQuery(asked, '/audit/sessions').getAll('user')).toEqual(['r.silva']));
        await user.click(within(facet).getByRole('button', { name: 'Leave out r.silva' }));
        await waitFor(() => expect(lastQuery(asked, '/audit/sessions').getAll('user')).toEqual(['!r.silva']));
    });

    it('takes terms typed in the grammar and shows them as chips', async () => {
        const { asked, user } = show();
        await user.type(search(), '-verdict:deny host:*.example rx:>10MiB{Enter}');
        expect(screen.getByRole('button', { name: 'Remove Verdict is not Deny' })).toBeTruthy();
        expect(screen.getByRole('button', { name: 'Remove Host is like *.example' })).toBeTruthy();
        await waitFor(() => expect(lastQuery(asked, '/audit/sessions').get('q')).toBe('host:*.example rx:>10MiB'));
        expect(lastQuery(asked, '/audit/sessions').get('verdict')).toBe('!deny');
    });

    it('names a mistake and its place, and keeps what was typed', async () => {
        const { user } = show();
        await user.type(search(), 'colour:red{Enter}');
        expect(screen.getByRole('alert').textContent).toContain('There is no field “colour”');
        expect((search() as HTMLInputElement).value).toBe('colour:red');
        expect(search().getAttribute('aria-invalid')).toBe('true');
    });

    it('completes fields, then their values', async () => {
        const { user } = show();
        await user.type(search(), 'us');
        await user.keyboard('{ArrowDown}{Enter}');
        expect((search() as HTMLInputElement).value).toBe('user:');
        await user.type(search(), 'a');
        await screen.findByRole('option', { name: /a\.okafor/ });
        await user.keyboard('{ArrowDown}{Enter}');
        expect(screen.getByRole('button', { name: 'Remove User is a.okafor' })).toBeTruthy();
    });

    it('takes the last chip back into the field with Backspace', async () => {
        const { user } = show({}, { at: '/audit?last=1h&verdict=deny' });
        await user.click(search());
        await user.keyboard('{Backspace}');
        expect((search() as HTMLInputElement).value).toBe('verdict:deny');
        expect(location.search).not.toContain('verdict');
    });

    it('shows what the server has against a search', async () => {
        show({ 'GET /audit/sessions': () => problemResponse(422, 'validation', 'The search', { errors: [{ pointer: '?q', code: 'unknown', detail: '"prefetched" is not known' }] }) },
            { at: '/audit?last=1h&protocol=prefetched' });
        expect((await screen.findAllByText('"prefetched" is not known')).length).toBeGreaterThan(0);
    });

    it('opens a session, follows the rows by key and closes with Esc', async () => {
        const { user } = show();
        await user.click(await screen.findByText('host1.example'));
        const panel = await screen.findByRole('complementary', { name: new RegExp(rows[1]?.id ?? '') });
        expect(await within(panel).findByRole('heading', { name: /Denied by access rule/ })).toBeTruthy();
        (await grid()).focus();
        await user.keyboard('j');
        await waitFor(() => expect(location.search).toContain(rows[2]?.id));
        await user.keyboard('{Escape}');
        expect(location.search).not.toContain('id=');
    });

    it('filters from the detail', async () => {
        const { asked, user } = show({}, { at: `/audit?last=1h&id=${rows[3]?.id}` });
        await user.click(await screen.findByRole('button', { name: 'Leave out 10.20.1.53' }));
        await waitFor(() => expect(lastQuery(asked, '/audit/sessions').getAll('client')).toEqual(['!10.20.1.53']));
    });

    it('filters by the host of the row with f', async () => {
        const { asked, user } = show();
        await screen.findByText('host0.example');
        (await grid()).focus();
        await user.keyboard('jf');
        await waitFor(() => expect(lastQuery(asked, '/audit/sessions').getAll('host')).toEqual(['host0.example']));
    });

    it('names the filter that excludes most when nothing matches', async () => {
        const { user } = show({
            'GET /audit/sessions': (url: URL) => ({ ...page, items: url.searchParams.has('verdict') ? [] : rows }),
            'GET /audit/histogram': (url: URL) => sampleHistogram(url.searchParams.has('verdict') ? 0 : 412),
        }, { at: '/audit?last=1h&verdict=deny&user=nobody.else' });
        expect(await screen.findByText('Without “Verdict is Deny” there are 412.')).toBeTruthy();
        await user.click(screen.getByRole('button', { name: 'Drop “Verdict is Deny”' }));
        expect(location.search).not.toContain('verdict');
        expect(location.search).toContain('user=nobody.else');
    });

    it('asks on when the server stopped before it found anything', async () => {
        const { asked } = show({
            'GET /audit/sessions': (url: URL) =>
                (url.searchParams.has('cursor') ? page : { ...page, items: [], next_cursor: 'n1', ending: 'stopped', fraction: 0.1 }),
        }, { at: '/audit?last=1h&user=r.silva' });
        expect(await screen.findByText('host0.example')).toBeTruthy();
        expect(asked.filter(({ path }) => path === '/audit/sessions')).toHaveLength(2);
        expect(screen.queryByText('No session matches')).toBeNull();
    });

    it('keeps the table when the histogram fails', async () => {
        show({ 'GET /audit/histogram': () => problemResponse(500, 'internal', 'A file could not be read') });
        expect(await screen.findByText('host0.example')).toBeTruthy();
        expect(await screen.findByText('The histogram could not be loaded')).toBeTruthy();
    });

    it('hides names until they are revealed with a reason', async () => {
        const { asked, user } = show({
            'GET /audit/privacy': { users_masked: true, mask_users: true, record_details: true, revealed_until: null },
            'POST /audit/reveal': { users_masked: false, mask_users: true, record_details: true, revealed_until: '2026-11-27T10:00:00Z' },
        });
        await user.click(await screen.findByRole('button', { name: 'Reveal…' }));
        const dialog = await screen.findByRole('dialog');
        await user.click(within(dialog).getByRole('button', { name: 'Reveal names' }));
        expect(within(dialog).getByText('Say why, in at least 3 letters.')).toBeTruthy();
        await user.type(within(dialog).getByLabelText('Reason'), 'CHG-4711');
        await user.click(within(dialog).getByRole('button', { name: 'Reveal names' }));
        await waitFor(() => expect(asked.find(({ path }) => path === '/audit/reveal')?.body).toEqual({ reason: 'CHG-4711' }));
    });

    it('asks nothing about users while names are hidden', async () => {
        const { asked, user } = show(
            {
                'GET /audit/privacy': { users_masked: true, mask_users: true, record_details: false, revealed_until: null },
                'GET /audit/sessions': (url: URL) => (url.searchParams.has('user') ? problemResponse(403, 'forbidden', 'User names are masked.', { needs: 'reveal' }) : page),
            },
            { at: '/audit?last=1h&user=r.silva' },
        );
        const without = await screen.findByRole('button', { name: 'Search without the user' });
        await waitFor(() => expect(document.querySelector('[aria-busy="true"]')).toBeNull()); // nothing is waited for
        await user.click(without);
        expect(await screen.findByText('host0.example')).toBeTruthy();
        expect(asked.filter(({ path, url }) => /histogram|facets/.test(path) && url.searchParams.has('user'))).toEqual([]);
    });

    it('does not promise more than was counted when it exports', async () => {
        const { user } = show({ 'GET /audit/histogram': { ...sampleHistogram(12, 30), approx: true, fraction: 0.4 } });
        await user.click(screen.getByRole('button', { name: 'Export' }));
        await screen.findByText('≥ 42', { exact: false });
        await user.click(await screen.findByRole('menuitem', { name: /Export these sessions/ }));
        expect(within(await screen.findByRole('dialog')).getByText(/≥ 42 sessions match now/)).toBeTruthy();
    });

    it('exports what is searched for', async () => {
        const { asked, user } = show({ 'POST /audit/exports': () => new Response(null, { status: 202, headers: { Location: '/api/v1/jobs/j1' } }) },
            { at: '/audit?from=2026-11-27T09:00:00Z&to=2026-11-27T10:00:00Z&verdict=deny' });
        await screen.findByText('host0.example');
        await user.click(screen.getByRole('button', { name: 'Export' }));
        await user.click(await screen.findByRole('menuitem', { name: /Export these sessions/ }));
        await user.click(await screen.findByRole('button', { name: 'Start the export' }));
        await waitFor(() => expect(asked.find(({ method }) => method === 'POST')?.body).toEqual({
            format: 'csv', rows: 'sessions', note: '', filter: 'from=2026-11-27T09%3A00%3A00.000Z&to=2026-11-27T10%3A00%3A00.000Z&verdict=deny',
        }));
    });

    it('drafts an exception and goes to the rule', async () => {
        const { asked, user } = show({ 'POST /policy/draft/exceptions': { id: 'r11', draft_etag: '"d2"' } }, { at: `/audit?last=1h&id=${rows[0]?.id}` });
        await user.click(await screen.findByRole('button', { name: 'Add exception…' }));
        await waitFor(() => expect(location.pathname).toBe('/rules/r11'));
        expect(asked.find(({ path }) => path === '/policy/draft/exceptions')?.body).toEqual({ session_id: rows[0]?.id });
    });
});

describe('the live tail on the page', () => {
    it('puts new rows on top, pauses under the pointer and counts what waits', async () => {
        const { user } = show({}, { at: '/audit?last=1h&live=1&verdict=deny' });
        await screen.findByText('New sessions appear here as they happen.');
        await followed({ verdict: ['deny'] });
        feed.onData?.({ rows: [sampleRow(21), sampleRow(20)], dropped: 0 });
        expect(await screen.findByText('host20.example')).toBeTruthy();
        await user.hover(await grid());
        feed.onData?.({ rows: [sampleRow(19)], dropped: 4 });
        expect(await screen.findByText('Paused, 5 new')).toBeTruthy();
        expect(screen.queryByText('host19.example')).toBeNull();
        await user.click(screen.getByRole('button', { name: 'Go on' }));
        expect(await screen.findByText('host19.example')).toBeTruthy();
        expect(screen.getByText('+4 not drawn')).toBeTruthy();
    });

    it('says so when names are hidden again, and goes on without the user', async () => {
        let hidden = false;
        const privacy = () => ({ users_masked: hidden, mask_users: true, record_details: false, revealed_until: hidden ? null : new Date(Date.now() + 900_000).toISOString() });
        const { user } = show({ 'GET /audit/privacy': privacy }, { at: '/audit?last=1h&live=1&user=r.silva&verdict=deny' });
        await followed({ user: ['r.silva'], verdict: ['deny'] });
        hidden = true;
        feed.onRefused?.({ detail: 'User names are masked.' });
        await user.click(await screen.findByRole('button', { name: 'Search without the user' }));
        await screen.findByText('New sessions appear here as they happen.');
        await followed({ verdict: ['deny'] });
    });

    it('says why nothing more comes', async () => {
        show({}, { at: '/audit?last=1h&live=1' });
        await followed({});
        feed.onRefused?.({ detail: 'A feed may have at most 16 subscriptions.' });
        expect(await screen.findByText('Nothing more comes: A feed may have at most 16 subscriptions.')).toBeTruthy();
    });
});

describe('who may do what on the audit page', () => {
    const may: Array<[Role, { export: boolean; exception: boolean; verify: boolean }]> = [
        ['help-desk', { export: false, exception: false, verify: false }],
        ['auditor', { export: true, exception: false, verify: true }],
        ['editor', { export: true, exception: true, verify: true }],
        ['admin', { export: true, exception: true, verify: true }],
    ];
    it.each(may)('%s', async (role, allowed) => {
        const { user } = show({}, { role, at: `/audit?last=1h&id=${rows[0]?.id}` });
        const exception = await screen.findByRole('button', { name: 'Add exception…' });
        expect(exception.getAttribute('aria-disabled') !== 'true').toBe(allowed.exception);
        await user.click(screen.getByRole('button', { name: /Record chain verified/ }));
        expect((await screen.findByRole('button', { name: 'Verify now' })).getAttribute('aria-disabled') !== 'true').toBe(allowed.verify);
        await user.keyboard('{Escape}');
        await user.click(screen.getByRole('button', { name: 'Export' }));
        const item = await screen.findByRole('menuitem', { name: /Export these sessions/ });
        expect(item.hasAttribute('data-disabled')).toBe(!allowed.export);
    });
});
