// The set-up where it may choose where clients connect.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import net from 'node:net';
import { after, before, describe, it } from 'node:test';

import { axeFindings, keepPicture, Site } from './Site.mjs';

/// Listens on a port of this machine until it is closed.
async function listener() {
    const server = net.createServer();
    await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
    return server;
}

describe('the set-up with a config file', () => {
    let site;

    before(async () => {
        site = await Site.startWithFile('# ours\nlisten = 127.0.0.1:0\n');
    });
    after(() => site?.stop());

    it('moves the listener to where it is wanted, after a look whether that can be', async () => {
        const taken = await listener();
        const free = await listener();
        const { port } = free.address();
        await new Promise((resolve) => free.close(resolve));
        const before = site.proxyPort;
        const page = await site.setUp({
            listen: async (step) => {
                const test = step.getByRole('button', { name: 'Can I listen there?' });
                await step.getByRole('textbox', { name: 'Port' }).fill(String(taken.address().port));
                await test.click();
                await step.getByText('The proxy cannot listen there').waitFor();
                await step.getByRole('textbox', { name: 'Port' }).fill(String(port));
                await test.click();
                await step.getByText('The proxy can listen there.').waitFor();
                await keepPicture(step, 'setup-listener');
                assert.deepEqual(await axeFindings(step), []);
            },
        });
        taken.close();
        await page.getByText(`http://127.0.0.1:${port}/proxy.pac`).waitFor();
        site.proxyPort = port;
        assert.equal(await site.throughProxy('http://127.0.0.1:9/'), 403);
        await page.getByText('The first session has arrived').waitFor();
        site.proxyPort = before;
        await assert.rejects(site.throughProxy('http://127.0.0.1:9/'));
        assert.equal(readFileSync(site.configFile, 'utf8'), `# ours\nlisten = 127.0.0.1:${port}\n`);
        assert.deepEqual(site.newFaults(), []);
    });
});
