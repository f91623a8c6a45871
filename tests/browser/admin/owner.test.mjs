// A policy that a file owns: the pages name the owner and let nothing be changed, and follow what the
// command line publishes.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';

import { expectReasons, reasonsOf } from './disabledControls.mjs';
import { axeFindings, keepPicture, settled, Site } from './Site.mjs';

const OpenRule = '7d0c1b9e-52a4-4f0e-9a53-0f6f3c2b8d11';
const LookRule = '7d0c1b9e-52a4-4f0e-9a53-0f6f3c2b8d12';
const Owned = 'Owned by a file';

const Document = {
    format: 1,
    access: [{ id: OpenRule, name: 'Open', action: 'allow', section: 'All', when: { host: ['list:hosts', '*.b.test'], port: [80, 443] } }],
    inspection: [{ id: LookRule, name: 'Look', action: 'observe', profile: 'Profile' }],
    profiles: [{ name: 'Profile', checks: [{ name: 'Large', largerThan: '1MiB', action: 'note' }] }],
    tests: [{ name: 'A test', url: 'http://a.test/', address: '8.8.8.8', expect: 'allow' }],
    defaults: { access: 'deny' },
};

/// The controls that change the policy, page by page.
const Pages = [
    {
        target: `/rules?id=${OpenRule}`,
        parts: [
            { names: ['New rule', 'Section', 'Move to…', 'Delete', 'Open is on', 'Switched on'] },
            { menu: 'More about Open', names: ['Switch off', 'Add rule above', 'Copy below', 'Move to…', 'Delete'] },
            { menu: 'More', names: ['Import a policy…'] },
        ],
    },
    { target: '/rules/history', parts: [{ menu: 'More about v1', names: ['Roll back to this…'] }] },
    {
        target: '/lists/hosts',
        parts: [
            { names: ['New list', 'Import…', 'Delete list', 'Add by hand'] },
            { tab: 'Source', names: ['Fetch it from an address', 'Save'] },
        ],
    },
    {
        target: '/websocket',
        parts: [{ names: ['Delete profile', 'Add check'] }, { menu: 'New profile', names: ['Empty profile'] }],
    },
    { target: '/pac', parts: [{ names: ['Save to the draft'] }] },
];

describe('a policy owned by a file', () => {
    let site;
    let page;

    before(async () => {
        site = await Site.start('--policy-owner', 'file');
        page = await site.setUp({ preset: 'Keep the first-start policy' });
        onCommandLine('list', 'import', 'hosts', fileOf('hosts.txt', 'a.test\n'));
        onCommandLine('policy', 'import', fileOf('policy.json', JSON.stringify(Document)));
        const next = { ...Document, access: [...Document.access, { name: 'Next', action: 'deny' }] };
        onCommandLine('policy', 'draft', 'save', fileOf('next.json', JSON.stringify(next)));
    });
    after(() => site?.stop());

    function fileOf(name, text) {
        const file = path.join(site.directory, name);
        writeFileSync(file, text);
        return file;
    }

    function onCommandLine(...words) {
        return execFileSync(process.env.SALLYPORT, [...words, '--data-dir', site.dataDirectory], { encoding: 'utf8', timeout: 60_000 });
    }

    const banner = () => page.getByRole('region', { name: 'Owner of the policy' });

    for (const { target, parts } of Pages)
        it(`is read only: ${target}`, async () => {
            await page.goto(site.base + target);
            await settled(page);
            await banner().getByText('This policy is owned by a file.').waitFor();
            for (const part of parts)
                for (const { name, isDisabled, reason } of await reasonsOf(page, part)) {
                    assert.ok(isDisabled, name);
                    assert.ok(reason.includes(Owned), `${name} says "${reason}"`);
                }
            await expectReasons(page, target);
            assert.deepEqual(await axeFindings(page), []);
            await keepPicture(page, `owned${target.replace(/\?.*/, '').replaceAll('/', '-')}`);
            assert.deepEqual(site.newFaults(), []);
        });

    it('can be tried, but no test saved', async () => {
        await page.goto(`${site.base}/what-if?url=http%3A%2F%2Fa.test%2F&ip=127.0.0.1&address=8.8.8.8`);
        await settled(page);
        await page.getByRole('status').filter({ hasText: 'because the host a.test is in the list “hosts”' }).waitFor();
        const said = await reasonsOf(page, { names: ['Save as policy test'] });
        assert.deepEqual(said, [{ name: 'Save as policy test', isDisabled: true, reason: Owned }]);
        await keepPicture(page, 'owned-what-if');
        assert.deepEqual(site.newFaults(), []);
    });

    it('is refused by the server, too', async () => {
        const { status, body } = await site.api(page, 'POST', '/policy/draft/rules', { layer: 'access', rule: { name: 'Mine', action: 'deny' } });
        assert.equal(status, 403);
        assert.equal(body.policy_owner, 'file');
        site.newFaults(); // the refusal that this is about
    });

    it('shows a draft of the command line without a bar, and what it publishes', async () => {
        await page.goto(`${site.base}/rules`);
        await banner().getByText('Shown is a draft with 1 change that is not published yet.').waitFor();
        assert.equal(await page.getByRole('button', { name: 'Review and publish' }).count(), 0);
        onCommandLine('policy', 'publish', '--note', 'by file');
        await page.getByText('Shown is a draft').waitFor({ state: 'detached' });
        await page.getByText(/^v3 is live/).waitFor();
        await page.getByRole('button', { name: 'Next', exact: true }).waitFor();
        assert.deepEqual(site.newFaults(), []);
    });
});
