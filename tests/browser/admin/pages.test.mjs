// The web UI as a person meets it first: from the set-up link to the first session, then every page
// in both themes and at three widths. It must show itself without an error, without a request that
// fails, within the Content-Security-Policy, without a finding of axe and without pushing the page
// sideways: tables scroll in their own regions.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import { Admin, Site, axeColourFindings, axeFindings, keepPicture, settled, still, until } from './Site.mjs';

const Pages = [
    '/',
    '/sessions',
    '/audit',
    '/audit/why',
    '/audit/admin',
    '/audit/exports',
    '/rules',
    '/rules/history',
    '/what-if',
    '/lists',
    '/websocket',
    '/pac',
    '/people',
    '/tokens',
    '/settings/listeners',
    '/health',
    '/me',
];

const Themes = ['light', 'dark'];
const Phone = { width: 400, height: 800 };
const Sizes = [Phone, { width: 1024, height: 768 }, { width: 1440, height: 900 }];

/// What is wider than its place, of what must not scroll sideways. On a phone tables may not either.
function tooWide(page, size) {
    return page.evaluate((tables) =>
        [document.scrollingElement, document.querySelector('main'), ...document.querySelectorAll(tables)]
            .filter((element) => element.scrollWidth > element.clientWidth)
            .map((element) => `${element.tagName}: ${element.scrollWidth} of ${element.clientWidth} px`),
    size === Phone ? '[role=grid], :has(> table)' : '.none');
}

describe('the web UI', () => {
    let site;
    let page;

    before(async () => {
        site = await Site.start();
    });
    after(() => site?.stop());

    it('leads from the set-up link to the first session', async () => {
        page = await site.setUp();
        assert.equal(await site.throughProxy('http://127.0.0.1:9/'), 403);
        await page.getByText('The first session has arrived').waitFor();
        await keepPicture(page, 'setup');
        assert.deepEqual(site.newFaults(), []);
    });

    it('tells how soon it shows something', async (t) => {
        await page.goto(site.base);
        await settled(page);
        const paints = await page.waitForFunction(() => performance.getEntriesByName('first-contentful-paint').map(({ startTime }) => startTime).find((at) => at > 0));
        const paint = await paints.jsonValue();
        t.diagnostic(`first contentful paint of / after ${Math.round(paint)} ms`); // depends on the machine
        assert.deepEqual(site.newFaults(), []);
    });

    it('is given something to show on each page', async () => {
        const tomorrow = new Date(Date.now() + 86_400_000).toISOString();
        const long = 'a-name-as-long-as-people-make-them.of-a-service.example';
        for (const [target, body] of [
            ['/lists', { name: 'partners', comment: 'Addresses of partners' }],
            ['/policy/draft/rules', { layer: 'access', rule: { name: 'Partners, until the contract ends', action: 'deny', when: { host: [long, '*.partner.example'] }, expires: tomorrow } }],
            ['/ws-rules', { name: 'large-messages', checks: [{ name: 'Large', action: 'note', largerThan: '64KiB' }] }],
            ['/policy/tests', { name: 'Partners are refused', input: { url: `https://${long}/` }, expect: { verdict: 'deny' } }],
            ['/pac/tests', { url: `https://${long}/a/path`, expected: 'DIRECT' }],
            ['/people', { name: 'a.okafor', display: 'Adaeze Okafor', role: 'editor', password: Admin.password }],
            ['/tokens', { name: 'Policy as code', role: 'editor', networks: ['10.0.0.0/8', '192.0.2.7'], expires_at: tomorrow }],
            ['/audit/exports', { format: 'csv', filter: 'verdict=deny' }],
        ]) {
            const { status } = await site.api(page, 'POST', target, body);
            assert.ok(status === 201 || status === 202, `${target}: ${status}`);
        }
        assert.deepEqual(site.newFaults(), []);
    });

    // The page is loaded once, and then looked at in all ways: that is what takes the time.
    for (const target of Pages)
        it(`shows ${target} in both themes at three widths`, async () => {
            await page.setViewportSize(Phone);
            await page.goto(site.base + target);
            await settled(page);
            const found = {};
            for (const size of Sizes)
                for (const theme of Themes) {
                    const view = `${theme}-${size.width}`;
                    await page.setViewportSize(size);
                    await page.emulateMedia({ colorScheme: theme });
                    await settled(page);
                    await still(page);
                    await keepPicture(page, `${target.slice(1).replaceAll('/', '-') || 'overview'}-${view}`);
                    const faults = [...await tooWide(page, size), ...await (theme === 'light' ? axeFindings(page) : axeColourFindings(page))];
                    if (faults.length > 0) found[view] = faults;
                }
            assert.deepEqual(found, {});
            assert.deepEqual(site.newFaults(), []);
        });

    it('takes what is typed over the whole PAC file within the policy', async () => {
        await page.setViewportSize({ width: 1440, height: 900 });
        await page.goto(`${site.base}/pac`);
        await settled(page);
        await page.getByLabel('How it is made').selectOption({ label: 'Written by hand' });
        const editor = page.getByRole('textbox', { name: 'PAC file, written by hand' });
        await editor.click();
        await page.keyboard.press('Control+a');
        await page.keyboard.type('function FindProxyForURL() {}');
        await until(async () => /^function FindProxyForURL\(\) \{\}/.test(await editor.innerText()), 'what is typed stands there');
        assert.deepEqual(site.newFaults(), []);
    });

    it('signs out, and in again, but not with a wrong password', async () => {
        await page.goto(site.base);
        await page.getByRole('button', { name: /account of/i }).click();
        await page.getByRole('menuitem', { name: 'Sign out' }).click();
        await page.getByLabel('Name').fill(Admin.name);
        await page.getByLabel('Password', { exact: true }).fill('wrong wrong wrong');
        await page.getByRole('button', { name: 'Sign in' }).click();
        await page.getByRole('alert').first().waitFor();
        site.newFaults(); // the 401 that this was about
        await page.getByLabel('Password', { exact: true }).fill(Admin.password);
        await page.getByRole('button', { name: 'Sign in' }).click();
        await page.getByRole('heading', { level: 1 }).first().waitFor();
        assert.deepEqual(site.newFaults(), []);
    });
});
