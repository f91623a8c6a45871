// A million hosts into a destination list through the page; a rule that names the list then decides.
// What is stopped half-way leaves nothing.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';

import { Loopback, LoopbackGuard } from './Loopback.mjs';
import { publishDocument } from './publishDocument.mjs';
import { RulesPage } from './RulesPage.mjs';
import { Site, until } from './Site.mjs';

const Hosts = 1_000_000;
const ImportMs = 120_000;

/// Every host once, in no order; listed.test among them.
function hostsFile(file) {
    const lines = Array.from({ length: Hosts - 1 }, (_, i) => `host-${(i * 7919) % 1_000_003}.blocked.test`);
    lines.splice(Hosts / 2, 0, 'listed.test');
    writeFileSync(file, `${lines.join('\n')}\nnot a host name\n`);
}

describe('a destination list', () => {
    const directory = mkdtempSync(path.join(os.tmpdir(), 'sallyport lists '));
    const file = path.join(directory, 'hosts.txt');
    let loopback;
    let site;
    let page;

    before(async () => {
        hostsFile(file);
        loopback = await Loopback.start(['listed.test', 'free.test']);
        site = await Site.start(...loopback.settings);
        page = await site.setUp();
        await publishDocument(site, page, {
            format: 1,
            guard: [LoopbackGuard],
            access: [{ name: 'All', action: 'allow' }],
            defaults: { access: 'deny' },
        });
    });
    after(async () => {
        await site?.stop();
        await loopback?.stop();
        rmSync(directory, { recursive: true, force: true });
    });

    async function chooseFile() {
        await page.getByRole('button', { name: 'Import…' }).click();
        const dialog = page.getByRole('dialog', { name: 'Import into blocked' });
        await dialog.getByRole('button', { name: 'File' }).setInputFiles(file);
        await dialog.getByRole('button', { name: 'Read and preview' }).click();
        return dialog;
    }

    async function list() {
        const { status, body } = await site.api(page, 'GET', '/lists/blocked');
        assert.equal(status, 200);
        return body;
    }

    it('is made', async () => {
        await page.goto(`${site.base}/lists`);
        await page.getByRole('button', { name: 'New list' }).first().click();
        const dialog = page.getByRole('dialog', { name: 'New list' });
        await dialog.getByLabel('Name').fill('blocked');
        await dialog.getByRole('button', { name: 'Make list' }).click();
        await page.getByRole('heading', { name: 'blocked' }).waitFor();
        assert.equal((await list()).entries, 0);
        assert.deepEqual(site.newFaults(), []);
    });

    it('keeps nothing of an import that is stopped half-way', async () => {
        const before = await list();
        const dialog = await chooseFile();
        const progress = dialog.getByRole('progressbar', { name: 'Reading' });
        await until(async () => /^[1-9].* lines read/.test((await progress.getAttribute('aria-valuetext').catch(() => '')) ?? ''), 'lines are being read');
        await dialog.getByRole('button', { name: 'Stop reading' }).click();
        await dialog.getByRole('button', { name: 'Read and preview' }).waitFor();
        await dialog.getByRole('button', { name: 'Cancel' }).click();
        await until(async () => (await site.api(page, 'GET', '/lists/blocked/import')).body.items.length === 0, 'nothing is left of the import');
        assert.deepEqual(await list(), before);
        assert.deepEqual(site.newFaults(), []);
    });

    it('takes a million hosts, and says how far it is', async () => {
        const seen = new Set();
        const dialog = await chooseFile();
        const progress = dialog.getByRole('progressbar', { name: 'Reading' });
        const preview = dialog.getByText(/^Adds /);
        await until(async () => {
            const text = await progress.getAttribute('aria-valuetext', { timeout: 200 }).catch(() => null);
            if (text) seen.add(text);
            return preview.isVisible();
        }, 'the file is read', ImportMs);
        assert.match(await preview.textContent(), /^Adds (1M|1\.0M|1,000k|1000k), removes 0, 1 not understood\./);
        assert.ok(seen.size > 0, 'no progress was shown');
        await dialog.getByText('Line 1000001').waitFor();
        await dialog.getByRole('button', { name: 'Apply to the draft' }).click();
        await dialog.waitFor({ state: 'detached', timeout: ImportMs });
        assert.equal((await list()).entries, Hosts);
        assert.deepEqual(site.newFaults(), []);
    });

    it('is looked into', async () => {
        await page.getByLabel('Which lists contain this host?').fill('listed.test');
        await page.getByText('One list contains listed.test:').waitFor();
        await page.getByLabel('Which lists contain this host?').fill('free.test');
        await page.getByText('No list contains free.test.').waitFor();
        await page.getByPlaceholder('Begins or ends with').fill('host-999999.');
        await page.getByRole('grid', { name: 'Entries of blocked' }).getByText('host-999999.blocked.test', { exact: true }).waitFor();
        assert.deepEqual(site.newFaults(), []);
    });

    it('decides once a rule names it', async () => {
        const rules = new RulesPage(site, page);
        await rules.open();
        await rules.addRule({ name: 'Blocked', action: 'Deny', tokens: { Host: ['list:blocked'] } });
        assert.equal(await site.throughProxy(loopback.url('listed.test')), 200);
        await rules.publish('With the list');
        await until(async () => (await site.throughProxy(loopback.url('listed.test'))) === 403, 'listed.test is refused');
        assert.equal(await site.throughProxy(loopback.url('free.test')), 200);
        await page.goto(`${site.base}/lists?host=listed.test`);
        await page.getByText('in force', { exact: true }).waitFor();
        assert.deepEqual(site.newFaults(), []);
    });
});
