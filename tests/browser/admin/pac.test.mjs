// The PAC file from the editor to /proxy.pac of the proxy: built from settings and written by hand,
// tried in the sandbox of the page, in force with the policy's version.
import assert from 'node:assert/strict';
import http from 'node:http';
import { after, before, describe, it } from 'node:test';

import { RulesPage } from './RulesPage.mjs';
import { Site, settled, until } from './Site.mjs';

const HandWritten = `function FindProxyForURL(url, host) {
  if (host === "endless.test") for (;;) {}
  if (isInNet(myIpAddress(), "10.0.0.0", "255.0.0.0")) return "PROXY branch.test:8080";
  return "PROXY byhand.test:3128";
}
`;

describe('the PAC file', () => {
    let site;
    let page;
    let rules;
    let built; // the version with the file built from settings

    before(async () => {
        site = await Site.start();
        page = await site.setUp();
        rules = new RulesPage(site, page);
    });
    after(() => site?.stop());

    function served() {
        return new Promise((resolve, reject) => {
            http.get({ host: '127.0.0.1', port: site.proxyPort, path: '/proxy.pac', agent: false }, (response) => {
                let text = '';
                response.setEncoding('utf8').on('data', (piece) => (text += piece));
                response.once('end', () => resolve(text));
            }).on('error', reject);
        });
    }

    async function open() {
        await page.goto(`${site.base}/pac`);
        await settled(page);
    }

    async function addAddress(url, { expected = '', myIp = '' }) {
        await page.getByRole('button', { name: 'Add address' }).click();
        const dialog = page.getByRole('dialog', { name: 'Try another address' });
        await dialog.getByLabel('Address', { exact: true }).fill(url);
        await dialog.getByLabel('Expected answer').fill(expected);
        await dialog.getByLabel('The client\'s address').fill(myIp);
        await dialog.getByRole('button', { name: 'Save' }).click();
        await dialog.waitFor({ state: 'detached' });
    }

    /// What the draft answers to it, as the page says it.
    function answerTo(url) {
        return page.getByRole('row').filter({ has: page.getByRole('rowheader', { name: url, exact: true }) }).getByRole('cell').nth(1);
    }

    async function save() {
        await page.getByRole('button', { name: 'Save to the draft' }).click();
        await rules.notice(/^Saved to the draft\. It counts when/);
    }

    /// In place of all that is there.
    async function write(text) {
        const editor = page.getByRole('textbox', { name: 'PAC file, written by hand' });
        await editor.click();
        await page.keyboard.press('ControlOrMeta+A');
        await page.keyboard.insertText(text);
    }

    it('is built from settings, and tried before it counts', async () => {
        await open();
        await addAddress('https://wiki.corp.test/', { expected: 'DIRECT' });
        await addAddress('https://news.test/', { expected: 'PROXY gate.test:3128' });
        await page.getByText('2 answers are not as expected').waitFor();
        await page.getByLabel('How it is made').selectOption({ label: 'Built from settings' });
        await page.getByLabel('Proxy address').fill('gate.test:3128');
        await page.getByLabel('Reached without the proxy').fill('.corp.test\n10.0.0.0/8');
        await save();
        await page.getByText('All answers are as expected').waitFor();
        assert.doesNotMatch(await served(), /gate\.test/);
        await rules.open();
        built = await rules.publish('With a PAC file of its own');
        await until(async () => /PROXY gate\.test:3128/.test(await served()), 'the file built from settings is handed out');
        assert.match(await served(), /corp\.test/);
        assert.deepEqual(site.newFaults(), []);
    });

    it('that never ends is stopped, and the page says so', async () => {
        await open();
        await addAddress('https://endless.test/', {});
        await addAddress('https://branch.test/', { expected: 'PROXY branch.test:8080', myIp: '10.1.2.3' });
        await page.getByLabel('How it is made').selectOption({ label: 'Written by hand' });
        await write(HandWritten);
        await answerTo('https://endless.test/').getByText('stopped').waitFor();
        await answerTo('https://branch.test/').getByText('PROXY branch.test:8080').waitFor();
        await answerTo('https://news.test/').getByText('PROXY byhand.test:3128').waitFor();
        await page.getByText(/^\d answers are not as expected, \d differ from live\.$/).waitFor();
        assert.deepEqual(site.newFaults(), []);
    });

    it('with a mistake in it is told by line', async () => {
        await write(`${HandWritten}}\n`);
        await page.getByText(/^Line 6, column \d+: /).waitFor();
        await write(HandWritten);
        await page.getByText(/^Line 6, column \d+: /).waitFor({ state: 'detached' });
        assert.deepEqual(site.newFaults(), []);
    });

    it('written by hand is handed out as it is', async () => {
        await save();
        await page.getByRole('radio', { name: 'Changes' }).click();
        const changes = page.getByRole('region', { name: 'What the draft changes' });
        await changes.getByText('return "PROXY byhand.test:3128";').waitFor();
        assert.match(await served(), /gate\.test/);
        await rules.open();
        await rules.publish('Written by hand');
        await until(async () => (await served()) === HandWritten, 'the file written by hand is handed out');
        await rules.rollBack(built, 'Back to the file built from settings');
        await until(async () => /PROXY gate\.test:3128/.test(await served()), 'the file built from settings is back');
        assert.deepEqual(site.newFaults(), []);
    });
});
