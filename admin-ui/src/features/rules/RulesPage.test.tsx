import { act, fireEvent, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { useEffect } from 'react';
import { describe, expect, it, vi } from 'vitest';

import type { Role } from '../../api/types';
import { Toasts } from '../../components/Toasts';
import type { PolicyDraft, WhatIfResult } from '../../policy/types';
import type { WhatIfSlotProps } from '../../policy/whatIfState';
import { type Answers, type Asked, problemResponse, renderPage, serve } from '../../testing/render';
import { RulesPage } from './RulesPage';
import { draftServer, neverReached, sampleDraft, sampleRule, sampleRules, staleAnswer } from './sample';

vi.mock('../../api/live', () => ({ useLive: () => undefined, useFeedStatus: () => ({ state: 'idle', retryAt: null, downSince: null }) }));

/** A what-if that says at once that rule 2 answers. */
function WhatIf({ onResults }: WhatIfSlotProps) {
    useEffect(() => {
        const decided = { action: 'deny', rule_id: 'b', rule_name: 'Updates', number: 2 };
        onResults([{ policy: 'draft', layers: { guard: decided, emergency: decided, access: decided, inspection: decided, limits: decided } } as unknown as WhatIfResult]);
    }, [onResults]);
    return <p>What if</p>;
}

interface Show {
    role?: Role;
    owner?: 'people' | 'api' | 'file';
    at?: string;
    draft?: Partial<PolicyDraft>;
    rules?: Parameters<typeof sampleDraft>[0];
    answers?: Answers;
}

async function show({ role = 'admin', owner = 'people', at = '/rules', draft = {}, rules = sampleRules, answers = {} }: Show = {}) {
    const asked = serve({ ...draftServer(sampleDraft(rules, draft)), ...answers });
    const user = userEvent.setup();
    renderPage(<><RulesPage WhatIf={WhatIf} /><Toasts /></>, { role, owner, at });
    await screen.findByRole('grid');
    return { asked, user };
}

const row = (name: string) => screen.getAllByRole('row').find((each) => within(each).queryByRole('button', { name }) !== null)!;
const order = () => screen.getAllByRole('row').map((each) => each.getAttribute('data-rule')).filter((id) => id !== null && !id.startsWith('section'));
const sent = (asked: readonly Asked[], method: string) => asked.filter((each) => each.method === method && !/presence$|impact$/.test(each.path));

describe('rules that others own', () => {
    it('are read only, and say who owns them', async () => {
        const { asked, user } = await show({ owner: 'file', draft: { exists: true, change_count: 2 }, at: '/rules?id=b' });
        const banner = screen.getByRole('region', { name: 'Owner of the policy' });
        expect(banner.textContent).toContain('This policy is owned by a file.');
        expect(banner.textContent).toContain('2 changes that are not published yet');
        expect(screen.queryByRole('button', { name: 'Review and publish' })).toBeNull();
        expect(screen.queryByRole('button', { name: 'Discard…' })).toBeNull();
        const button = screen.getByRole('button', { name: /New rule/ });
        expect(button.getAttribute('aria-disabled')).toBe('true');
        await user.hover(button);
        expect((await screen.findAllByText('Owned by a file')).length).toBeGreaterThan(0);
        await user.keyboard('n');
        expect(sent(asked, 'POST')).toEqual([]);
    });

    it('show a draft of the API without what changes it', async () => {
        await show({ owner: 'api' });
        expect(screen.getByRole('region', { name: 'Owner of the policy' }).textContent).toContain('This policy is owned by the API.');
    });
});

describe('the list of rules', () => {
    it('has a tab for each layer and the default as the last row', async () => {
        await show();
        expect(screen.getAllByRole('tab').map((tab) => tab.textContent)).toEqual(['Access4', 'Inspection0', 'Limits0', 'Emergency0', 'Guard0']);
        expect(order()).toEqual(['a', 'b', 'c', 'd', 'default']);
        expect(screen.getByRole('button', { name: /Safety/, expanded: true })).toBeTruthy();
    });

    it('shows every condition of a rule', async () => {
        await show();
        const text = row('Updates').textContent;
        for (const part of ['Operations', '*.vendor.example', 'port443', 'Mon–Fri 08:00–18:00 UTC', 'exceptbeta.vendor.example']) expect(text).toContain(part);
        expect(row('Block threat feed').textContent).toContain('Threat feed1M');
    });

    it('shows what changed, who edits, and what is never reached', async () => {
        await show({ draft: { warnings: [neverReached] } });
        expect(within(row('File sharing')).getByText('Was 10')).toBeTruthy();
        expect(within(row('Finance')).getByText('New')).toBeTruthy();
        expect(await within(row('Updates')).findByText('m.lopez edits this')).toBeTruthy();
        expect(within(row('Finance')).getByText(/Never reached/)).toBeTruthy();
        expect(screen.getByRole('button', { name: '1 rule is never reached' })).toBeTruthy();
    });

    it('resets the hit counter of a rule', async () => {
        const { asked, user } = await show({ answers: { 'POST /policy/stats/reset': () => new Response(null, { status: 204 }) } });
        await user.click(screen.getByRole('button', { name: 'More about Updates' }));
        await user.click(await screen.findByRole('menuitem', { name: 'Reset the hit counter' }));
        await waitFor(() => expect(asked.find(({ path }) => path === '/policy/stats/reset')?.body).toEqual({ rule_ids: ['b'] }));
        expect(await screen.findByText(/counted from now on/)).toBeTruthy();
    });

    it('moves a rule above the one that covers it', async () => {
        const { asked, user } = await show({ draft: { warnings: [neverReached] } });
        await user.click(within(row('Finance')).getByRole('button', { name: /Move above/ }));
        await waitFor(() => expect(order()).toEqual(['a', 'b', 'd', 'c', 'default']));
        expect(sent(asked, 'POST')[0]).toMatchObject({ path: '/policy/draft/rules/d/move', body: { before: 'c' } });
    });

    it('closes a section', async () => {
        const { user } = await show();
        await user.click(screen.getByRole('button', { name: /Safety/, expanded: true }));
        expect(order()).toEqual(['c', 'd', 'default']);
    });

    it('finds by host, and names the filter that keeps all away', async () => {
        const { user } = await show({ at: '/rules?q=vendor' });
        expect(order()).toEqual(['b', 'default']);
        expect(location.search).toBe('?q=vendor');
        await user.type(screen.getByRole('searchbox'), 'xyz');
        await user.click(await screen.findByRole('button', { name: 'Drop “vendorxyz”' }));
        await waitFor(() => expect(order()).toHaveLength(5));
    });

    it('shows the changed ones only, by key', async () => {
        await show();
        fireEvent.keyDown(document.body, { key: 'd' });
        await waitFor(() => expect(order()).toEqual(['c', 'd', 'default']));
        expect(location.search).toBe('?show=changed');
    });

    it('knows how long a list is of which it shows a part', async () => {
        await show({ rules: Array.from({ length: 1000 }, (_, index) => sampleRule(`r${index}`, { when: { host: [`h${index}.example`] } })) });
        expect(screen.getByRole('grid').getAttribute('aria-rowcount')).toBe('1002');
        expect(order().length).toBeLessThan(100);
    });

    it('dims the rules behind the one that answers a what-if', async () => {
        await show({ at: '/rules?try=1' });
        expect(await screen.findByText('What if')).toBeTruthy();
        await waitFor(() => expect(row('Updates').className).toContain('matched'));
        expect(row('File sharing').className).toContain('dimmed');
        expect(row('Block threat feed').className).not.toContain('dimmed');
    });
});

describe('changes of rules', () => {
    it('switches a rule off in the draft, and back by Undo', async () => {
        const { asked, user } = await show();
        await user.click(screen.getByRole('switch', { name: 'Updates is on' }));
        expect(screen.getByRole('switch', { name: 'Updates is on' }).getAttribute('aria-checked')).toBe('false');
        await waitFor(() => expect(sent(asked, 'PATCH')).toHaveLength(1));
        await user.click((await screen.findAllByRole('button', { name: 'Undo' })).at(-1)!);
        await waitFor(() => expect(sent(asked, 'PATCH')).toHaveLength(2));
        expect(sent(asked, 'PATCH').map(({ body, headers }) => [body, headers['If-Match']])).toEqual([
            [{ enabled: false }, '"e-b"'], [{ enabled: true }, '"e-b-1"'],
        ]);
    });

    it('goes through rows and moves them by key', async () => {
        const { asked } = await show();
        const grid = screen.getByRole('grid');
        fireEvent.keyDown(grid, { key: 'ArrowDown' });
        fireEvent.keyDown(grid, { key: 'j' });
        await waitFor(() => expect(document.activeElement?.getAttribute('data-rule')).toBe('a'));
        fireEvent.keyDown(document.activeElement!, { key: 'ArrowDown', altKey: true });
        await waitFor(() => expect(order()).toEqual(['b', 'a', 'c', 'd', 'default']));
        expect(sent(asked, 'POST')[0]).toMatchObject({ path: '/policy/draft/rules/a/move', body: { after: 'b' } });
    });

    it('adds a rule that begins switched off, and opens it', async () => {
        const { asked, user } = await show();
        await user.click(screen.getByRole('button', { name: 'New rule' }));
        expect(await screen.findByRole('complementary', { name: 'Access rule 1' })).toBeTruthy();
        expect(sent(asked, 'POST')[0]?.body).toMatchObject({ layer: 'access', rule: { action: 'allow', enabled: false }, place: { before: 'a' } });
        expect(location.search).toBe('?id=new');
    });

    it('saves a field when it is left', async () => {
        const { asked, user } = await show({ at: '/rules?id=b' });
        const name = await screen.findByRole('textbox', { name: 'Name' });
        await user.clear(name);
        await user.type(name, 'Mirrors');
        expect(sent(asked, 'PATCH')).toHaveLength(0);
        await user.tab();
        await waitFor(() => expect(row('Mirrors')).toBeTruthy());
        expect(sent(asked, 'PATCH')[0]).toMatchObject({ body: { name: 'Mirrors' } });
    });

    it('counts and saves the text of the block page of a rule that denies', async () => {
        const { asked, user } = await show({ at: '/rules?id=c' });
        const text = await screen.findByRole('textbox', { name: 'Block page text' });
        await user.type(text, 'Ask IT\u{1F600}{Enter}4711');
        expect(screen.getByText(/ 12 of 500 characters/)).toBeTruthy();
        await user.tab();
        await waitFor(() => expect(sent(asked, 'PATCH')[0]?.body).toEqual({ blockText: 'Ask IT\u{1F600}\n4711' }));
    });

    it('says at once that a text of the block page is too long', async () => {
        const { user } = await show({ at: '/rules?id=c' });
        await user.click(await screen.findByRole('textbox', { name: 'Block page text' }));
        await user.paste('x'.repeat(501));
        expect(screen.getByText('Write at most 500 characters.')).toBeTruthy();
    });

    it('keeps the text of the block page of a rule that allows, out of use', async () => {
        await show({ at: '/rules?id=b', rules: sampleRules.map((rule) => (rule.id === 'b' ? { ...rule, blockText: 'Ask IT' } : rule)) });
        const text = await screen.findByRole<HTMLTextAreaElement>('textbox', { name: 'Block page text' });
        expect([text.value, text.disabled]).toEqual(['Ask IT', true]);
        expect(screen.getByText('Only a rule that denies shows one')).toBeTruthy();
    });

    it('adds a list by its name to the hosts', async () => {
        const { asked, user } = await show({ at: '/rules?id=c' });
        const hosts = await screen.findByRole('combobox', { name: 'Host' });
        await user.type(hosts, 'threat');
        await user.click(await screen.findByRole('option', { name: /List Threat feed/ }));
        await waitFor(() => expect(sent(asked, 'PATCH')[0]?.body).toEqual({ when: { host: ['wetransfer.com', 'list:Threat feed'] } }));
    });

    it('shows what the server says at the field, and keeps what was typed', async () => {
        const refusal = () => problemResponse(422, 'validation', 'Not taken', { errors: [{ pointer: '/when/port/1', code: 'invalid', detail: '"http" is not a port' }] });
        const { user } = await show({ at: '/rules?id=b', answers: { 'PATCH /policy/draft/rules/b': refusal } });
        await user.type(await screen.findByRole('combobox', { name: 'Port' }), 'http{Enter}');
        expect(await screen.findByText('"http" is not a port')).toBeTruthy();
        expect(screen.getByRole('button', { name: 'Remove http' })).toBeTruthy();
    });

    it.each([
        ['the same field', ['name'], false],
        ['other fields', [], true],
    ])('asks when somebody else changed %s meanwhile', async (_, fields, canPutOnTop) => {
        let times = 0;
        const theirs = sampleRule('b', { name: 'Theirs', etag: 'e-theirs', number: 2 });
        const { asked, user } = await show({
            at: '/rules?id=b',
            answers: { 'PATCH /policy/draft/rules/b': () => (++times === 1 ? staleAnswer(theirs, fields) : { ...theirs, draft_etag: 'd9' }) },
        });
        const name = await screen.findByRole('textbox', { name: 'Name' });
        await user.clear(name);
        await user.type(name, 'Mine{Enter}');
        const dialog = await screen.findByRole('dialog');
        expect(within(dialog).getByText(/m\.lopez changed this/)).toBeTruthy();
        expect(within(dialog).getByRole('cell', { name: 'Theirs' })).toBeTruthy();
        expect(within(dialog).queryByRole('button', { name: 'Put mine on top' }) !== null).toBe(canPutOnTop);
        await user.click(within(dialog).getByRole('button', { name: canPutOnTop ? 'Put mine on top' : 'Drop mine' }));
        await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
        if (canPutOnTop) await waitFor(() => expect(sent(asked, 'PATCH').at(-1)).toMatchObject({ body: { name: 'Mine' }, headers: { 'If-Match': '"e-theirs"' } }));
        else expect(sent(asked, 'PATCH')).toHaveLength(1);
    });
});

describe('several rules at once', () => {
    const bar = () => screen.findByRole('region', { name: 'Selected rules' });
    async function select(user: ReturnType<typeof userEvent.setup>, ...names: readonly string[]) {
        for (const name of names) {
            act(() => row(name).focus());
            await user.keyboard('x');
        }
    }

    it('are selected by x, by the menu and with Ctrl', async () => {
        const { user } = await show();
        await select(user, 'Updates');
        expect(row('Updates').getAttribute('aria-selected')).toBe('true');
        await user.click(within(row('Finance')).getByRole('button', { name: /Finance/, expanded: false }));
        await user.click(await screen.findByRole('menuitem', { name: /^Select/ }));
        await user.keyboard('{Control>}');
        await user.click(within(row('File sharing')).getByText('wetransfer.com'));
        await user.keyboard('{/Control}');
        expect(within(await bar()).getByText('3 selected')).toBeTruthy();
    });

    it('are let go one by one, or all by Esc', async () => {
        const { user } = await show();
        await select(user, 'Updates', 'Finance', 'Updates');
        expect(within(await bar()).getByText('1 selected')).toBeTruthy();
        await user.keyboard('{Escape}');
        expect(screen.queryByRole('region', { name: 'Selected rules' })).toBeNull();
    });

    it('are switched off, and on again by one Undo', async () => {
        const { asked, user } = await show();
        await select(user, 'Block threat feed', 'Finance');
        await user.click(within(await bar()).getByRole('button', { name: 'Switch off' }));
        await waitFor(() => expect(sent(asked, 'PATCH').map(({ path, body }) => [path, body])).toEqual([
            ['/policy/draft/rules/a', { enabled: false }], ['/policy/draft/rules/d', { enabled: false }],
        ]));
        await screen.findByText('2 rules are off in the draft');
        expect(within(await bar()).queryByRole('button', { name: 'Switch off' })).toBeNull();
        await user.click(screen.getAllByRole('button', { name: 'Undo' }).at(-1)!);
        await waitFor(() => expect(sent(asked, 'PATCH').slice(2).map(({ body }) => body)).toEqual([{ enabled: true }, { enabled: true }]));
    });

    it('are deleted, and brought back to their places by one Undo', async () => {
        const { asked, user } = await show();
        await select(user, 'Updates', 'File sharing');
        await user.click(within(await bar()).getByRole('button', { name: 'Delete' }));
        await waitFor(() => expect(order()).toEqual(['a', 'd', 'default']));
        await screen.findByText('2 rules are deleted from the draft');
        await user.click(screen.getAllByRole('button', { name: 'Undo' }).at(-1)!);
        await waitFor(() => expect(order()).toEqual(['a', 'b', 'c', 'd', 'default']));
        expect(sent(asked, 'POST').map(({ body }) => body as { place: unknown }).map(({ place }) => place)).toEqual([{ before: 'd' }, { before: 'c' }]);
    });

    it('get a section', async () => {
        const { asked, user } = await show();
        await select(user, 'File sharing', 'Finance');
        await user.click(within(await bar()).getByRole('button', { name: 'Section…' }));
        await user.type(await screen.findByRole('textbox', { name: 'Name' }), 'Sharing{Enter}');
        await waitFor(() => expect(sent(asked, 'PATCH').map(({ path, body }) => [path, body])).toEqual([
            ['/policy/draft/rules/c', { section: 'Sharing' }], ['/policy/draft/rules/d', { section: 'Sharing' }],
        ]));
    });

    it('cannot be changed by help-desk', async () => {
        const { user } = await show({ role: 'help-desk' });
        await select(user, 'Updates');
        for (const name of ['Switch off', 'Section…', 'Delete'])
            expect(within(await bar()).getByRole('button', { name }).getAttribute('aria-disabled')).toBe('true');
    });
});

describe('publishing', () => {
    const diff = { from: 'version 42', to: 'the draft', items: [{ op: 'moved', layer: 'access', rule_id: 'c', name: 'File sharing', from: 10, to: 3, fields: [] }], profiles: [], tests: [], settings: [], lists: [], words: [] };
    const impact = {
        policy: 'draft', from: '', to: '', evaluated: 100_000, changed: 31, not_decidable: 0, transitions: [{ from: 'allow', to: 'deny', count: 31 }], decided: [],
        examples: [], conditions_taken_as_empty: [], open_sessions: 1284, open_sessions_ended: 37,
    };
    const answers: Answers = {
        'GET /policy/diff': diff,
        'POST /policy/impact': () => new Response('{}', { status: 202, headers: { Location: '/jobs/7', 'Content-Type': 'application/json' } }),
        'GET /jobs/7': { id: '7', state: 'done', done: 1, total: 1, result: impact, problem: null },
        'POST /policy/publish': { version: 43 },
        'GET /policy/tests': { items: [], next_cursor: null, prev_cursor: null },
    };

    it('says what changes and what it would have meant, and wants a note', async () => {
        const { asked, user } = await show({ answers });
        await user.click(screen.getByRole('button', { name: 'Review and publish' }));
        const dialog = await screen.findByRole('dialog', { name: 'Publish v43' });
        expect(await within(dialog).findByText('Access rule 3 “File sharing” moves from place 10 to 3')).toBeTruthy();
        expect(await within(dialog).findByText('31 of 100,000 sessions would get another verdict.', {}, { timeout: 5000 })).toBeTruthy();
        expect(within(dialog).getByText('37 of 1,284 open sessions would end')).toBeTruthy();
        const publish = () => within(dialog).getByRole('button', { name: 'Publish v43' });
        expect(publish().getAttribute('aria-disabled')).toBe('true');
        await user.type(within(dialog).getByRole('textbox', { name: 'Note' }), 'Order');
        await user.click(within(dialog).getByRole('checkbox', { name: 'Roll back unless I confirm' }));
        await user.click(publish());
        await waitFor(() => expect(sent(asked, 'POST').at(-1)).toMatchObject({
            path: '/policy/publish', body: { note: 'Order', confirm_minutes: 10 }, headers: { 'If-Match': '"d1"' },
        }));
        await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    });

    it.each([['editor', false], ['admin', true]] as const)('lets an %s publish with failing tests: %s', async (role, may) => {
        const { user } = await show({ role, answers, draft: { tests: { pass: 10, fail: 1 } } });
        await user.click(screen.getByRole('button', { name: 'Review and publish' }));
        const dialog = await screen.findByRole('dialog');
        await user.type(within(dialog).getByRole('textbox', { name: 'Note' }), 'x');
        expect(within(dialog).getByRole('button', { name: 'Publish v43' }).getAttribute('aria-disabled')).toBe('true');
        const override = within(dialog).queryByRole('checkbox', { name: 'Publish although tests fail' });
        expect(override !== null).toBe(may);
        if (!override) return;
        await user.click(override);
        await user.type(within(dialog).getByRole('textbox', { name: /Why/ }), 'known');
        expect(within(dialog).getByRole('button', { name: 'Publish v43' }).getAttribute('aria-disabled')).toBeNull();
    });

    it('keeps or takes back a version on trial', async () => {
        const live = {
            version: 42, published_at: '2026-11-27T07:00:00.000Z', by: 'm.lopez', note: '', kind: 'publish', parent: 41, rules: 4, document_hash: 'h',
            awaiting: { version: 42, until: new Date(Date.now() + 60_000).toISOString(), by: 'm.lopez', back_to: 41 },
        };
        const { asked, user } = await show({ answers: { 'GET /policy/live': live, 'POST /policy/confirm': live } });
        await user.click(await screen.findByRole('button', { name: 'Keep v42' }));
        await waitFor(() => expect(sent(asked, 'POST').at(-1)).toMatchObject({ path: '/policy/confirm', body: { version: 42 } }));
    });
});

describe('what each role may', () => {
    const roles: [Role, boolean][] = [['help-desk', false], ['auditor', false], ['editor', true], ['admin', true]];
    it.each(roles)('%s changes rules: %s', async (role, may) => {
        const { asked, user } = await show({ role, at: '/rules?id=b', draft: { warnings: [neverReached] } });
        const name = await screen.findByRole('textbox', { name: 'Name' });
        expect((name as HTMLInputElement).readOnly).toBe(!may);
        for (const button of ['New rule', 'Section', 'Discard…', 'Review and publish', 'Delete', 'Move to…']) {
            expect(screen.getByRole('button', { name: button }).getAttribute('aria-disabled'), button).toBe(may ? null : 'true');
        }
        expect(screen.getByRole('switch', { name: 'Updates is on' }).getAttribute('aria-disabled')).toBe(may ? null : 'true');
        expect(screen.queryByRole('combobox', { name: 'Default action of Access' }) !== null).toBe(may);
        expect(screen.queryByRole('button', { name: /Move above/ }) !== null).toBe(may);
        await user.click(screen.getByRole('switch', { name: 'Updates is on' }));
        fireEvent.keyDown(document.body, { key: 'n' });
        await waitFor(() => expect(sent(asked, 'PATCH').length > 0).toBe(may));
        if (!may) expect(sent(asked, 'POST')).toHaveLength(0);
    });
});
