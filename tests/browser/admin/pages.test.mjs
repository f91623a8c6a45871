// The web UI as a person meets it first: from the set-up link to the first session, then every page
// in both themes. It must show itself without an error, without a request that fails, within the
// Content-Security-Policy and without a finding of axe.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import { Admin, Site, axeFindings, keepPicture, settled } from './Site.mjs';

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
        const [paint] = await page.evaluate(() => performance.getEntriesByName('first-contentful-paint').map(({ startTime }) => startTime));
        assert.ok(paint > 0);
        t.diagnostic(`first contentful paint of / after ${Math.round(paint)} ms`); // depends on the machine
        assert.deepEqual(site.newFaults(), []);
    });

    for (const theme of ['light', 'dark'])
        for (const target of Pages)
            it(`shows ${target} in the ${theme} theme`, async () => {
                await page.emulateMedia({ colorScheme: theme });
                await page.goto(site.base + target);
                await settled(page);
                await keepPicture(page, `${target.slice(1).replaceAll('/', '-') || 'overview'}-${theme}`);
                assert.deepEqual(await axeFindings(page), []);
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
