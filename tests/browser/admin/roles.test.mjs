// What each role may: the API refuses what the contract says it refuses, and the pages say so before
// anybody asks. Each role is a person added on the People page, with a browser.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';

import { expectReasons, reasonsOf } from './disabledControls.mjs';
import { addPerson, Roles } from './People.mjs';
import { Site, settled } from './Site.mjs';

const OpenRule = '7d0c1b9e-52a4-4f0e-9a53-0f6f3c2b8d11';
const reaches = (role, least) => Roles.indexOf(role) >= Roles.indexOf(least);

/// Where a page stands in the navigation, if it does, and who finds something on it.
const Pages = [
    { target: '/', entry: 'Overview', least: 'help-desk' },
    { target: '/sessions', entry: 'Live sessions', least: 'help-desk' },
    { target: '/audit', entry: 'Audit log', least: 'help-desk' },
    { target: '/audit/admin', least: 'auditor' },
    { target: '/audit/exports', least: 'auditor' },
    { target: '/rules', entry: 'Rules', least: 'help-desk' },
    { target: '/what-if', entry: 'What-if', least: 'help-desk' },
    { target: '/lists', entry: 'Destination lists', least: 'help-desk' },
    { target: '/websocket', entry: 'WebSocket', least: 'help-desk' },
    { target: '/pac', entry: 'PAC file', least: 'help-desk' },
    { target: '/people', entry: 'People and roles', least: 'admin' },
    { target: '/tokens', entry: 'API tokens', least: 'admin' },
    { target: '/settings', entry: 'Settings', least: 'admin' },
    { target: '/health', entry: 'System health', least: 'help-desk' },
];

/// What can be done on pages that more people may see than may do it, and who may. `menu` is the
/// button behind which it is found, `tab` the tab.
const Controls = [
    {
        target: `/rules?id=${OpenRule}`,
        parts: [
            { least: 'editor', names: ['New rule', 'Section', 'Discard…', 'Review and publish', 'Move to…', 'Delete', 'Open is on', 'Switched on'] },
            { least: 'editor', menu: 'More about Open', names: ['Switch off', 'Add rule above', 'Add rule below', 'Copy below', 'Move to…', 'Delete'] },
            { least: 'editor', menu: 'More', names: ['Import a policy…'] },
        ],
    },
    { target: '/rules/history', parts: [{ least: 'editor', menu: 'More about v1', names: ['Roll back to this…'] }] },
    {
        target: '/what-if?url=http%3A%2F%2Fa.test%2F&ip=127.0.0.1&address=192.0.2.1',
        parts: [
            { least: 'editor', names: ['Save as policy test'] },
            { least: 'editor', menu: 'More about A test', names: ['Expect deny', 'Delete'] },
        ],
    },
    {
        target: '/lists/hosts',
        parts: [
            { least: 'editor', names: ['New list', 'Import…', 'Delete list', 'Add by hand'] },
            { least: 'editor', tab: 'Source', names: ['Fetch it from an address', 'Save'] },
        ],
    },
    {
        target: '/websocket',
        parts: [
            { least: 'editor', names: ['Delete profile', 'Add check'] },
            { least: 'editor', menu: 'New profile', names: ['Empty profile'] },
        ],
    },
    { target: '/pac', parts: [{ least: 'editor', names: ['Save to the draft', 'Add address'] }] },
    {
        target: '/audit',
        parts: [
            { least: 'auditor', menu: 'Export', names: ['Export these sessions…', 'Exports made so far'] },
            { least: 'auditor', menu: 'More of the audit log', names: ['Admin events'] },
        ],
    },
    { target: '/sessions', parts: [] },
    { target: '/health', parts: [{ least: 'admin', names: ['Support bundle'] }] },
];

/// The contract's operations with the least role that its summaries name.
function operations() {
    const lines = readFileSync(new URL('../../../server/admin/openapi.yaml', import.meta.url), 'utf8').split('\n');
    const found = [];
    let target;
    let method;
    for (const line of lines) {
        if (line === 'components:') break;
        target = /^ {2}(\/\S*):/.exec(line)?.[1] ?? target;
        method = /^ {4}(get|post|put|patch|delete):/.exec(line)?.[1].toUpperCase() ?? method;
        const summary = /^ {6}summary: (.*)/.exec(line)?.[1];
        const role = summary && /\((help-desk|auditor|editor|admin)\)|[Ll]east role (help-desk|auditor|editor|admin)|(?:^'?|\. )(Help-desk|Auditor|Editor|Admin)\b/.exec(summary);
        if (role) found.push({ method, target: target.replaceAll(/\{\w+\}/g, 'none'), least: (role[1] ?? role[2] ?? role[3]).toLowerCase() });
    }
    return found;
}

describe('roles', () => {
    const pages = {};
    let site;

    before(async () => {
        site = await Site.start();
        pages.admin = await site.setUp();
        await prepare();
        for (const role of ['help-desk', 'auditor', 'editor']) pages[role] = await addPerson(site, pages.admin, { name: role, role });
    });
    after(() => site?.stop());

    /// A draft with a rule, a profile and a test, and a list: something to be kept from.
    async function prepare() {
        const draft = await site.api(pages.admin, 'GET', '/policy/draft');
        const taken = await site.api(
            pages.admin,
            'PUT',
            '/policy/draft/document',
            {
                format: 1,
                access: [{ id: OpenRule, name: 'Open', action: 'allow' }],
                inspection: [{ name: 'Look', action: 'observe', profile: 'Profile' }],
                profiles: [{ name: 'Profile', checks: [] }],
                tests: [{ name: 'A test', url: 'http://a.test/', address: '192.0.2.1', expect: 'allow' }],
                defaults: { access: 'deny' },
            },
            { 'If-Match': draft.headers.etag },
        );
        assert.equal(taken.status, 200, JSON.stringify(taken.body));
        assert.equal((await site.api(pages.admin, 'POST', '/lists', { name: 'hosts' })).status, 201);
    }

    const known = operations();

    for (const role of Roles)
        it(`let the API answer as the contract says: ${role}`, async () => {
            assert.ok(known.length > 90, `only ${known.length} operations name their role`);
            const statuses = await pages[role].evaluate(async (asked) => {
                const { csrf } = await (await fetch('/api/v1/session')).json();
                const got = [];
                for (const { method, target } of asked) {
                    const isRead = method === 'GET';
                    const response = await fetch(`/api/v1${target}`, {
                        method,
                        headers: isRead ? {} : { 'Content-Type': 'application/json', 'X-CSRF-Token': csrf },
                        body: isRead ? undefined : '{}',
                    });
                    const text = await response.text();
                    got.push({ status: response.status, isRole: response.status === 403 && !text.includes('reauth-required') });
                }
                return got;
            }, known);
            const wrong = known.filter(({ least }, at) => statuses[at].isRole === reaches(role, least) || statuses[at].status === 401);
            assert.deepEqual(wrong.map(({ method, target, least }) => `${method} ${target}, least role ${least}`), []);
            site.newFaults(); // the refusals that this is about
        });

    for (const role of Roles)
        it(`lead only to the pages that there are for it: ${role}`, async () => {
            const page = pages[role];
            await page.goto(site.base);
            await settled(page);
            const entries = await page.getByRole('navigation', { name: 'Pages' }).getByRole('listitem').getByRole('link').evaluateAll((links) => links.map(({ title }) => title));
            assert.deepEqual(entries, Pages.filter(({ entry, least }) => entry && reaches(role, least)).map(({ entry }) => entry));
            for (const { target, least } of Pages.filter((each) => !reaches(role, each.least))) {
                await page.goto(site.base + target);
                await page.getByText(`This page needs the role ${least}`).waitFor();
            }
            assert.deepEqual(site.newFaults(), []);
        });

    for (const role of Roles.slice(0, -1))
        it(`say what a control needs: ${role}`, async () => {
            const page = pages[role];
            for (const { target, parts } of Controls) {
                await page.goto(site.base + target);
                await settled(page);
                for (const part of parts) await expectNeeds(page, role, part);
                await expectReasons(page, target);
            }
            assert.deepEqual(site.newFaults(), []);
        });

    async function expectNeeds(page, role, { least, ...part }) {
        for (const { name, isDisabled, reason } of await reasonsOf(page, part)) {
            if (reaches(role, least)) assert.doesNotMatch(reason, /Needs /, name);
            else {
                assert.ok(isDisabled, name);
                assert.ok(reason.includes(`Needs ${least}`), `${name} says "${reason}"`);
            }
        }
    }
});
