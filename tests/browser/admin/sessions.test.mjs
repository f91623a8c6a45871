// Open tunnels before a person's eyes: what they move just now, and how they end, by a person's word or
// because what was published forbids them.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import { Site, axeFindings, noticed, settled, until } from './Site.mjs';
import { Traffic } from './Traffic.mjs';

const Policy = {
    format: 1,
    guard: [{ name: 'The test origins', action: 'allow', when: { address: ['127.0.0.0/8'] } }],
    access: [
        { name: 'No files', action: 'deny', enabled: false, when: { host: ['files.test'] } },
        { name: 'Everything', action: 'allow' },
    ],
    defaults: { access: 'deny' },
};

describe('open sessions', () => {
    let traffic;
    let site;
    let page;

    before(async () => {
        traffic = await Traffic.start(['app.test', 'files.test', 'chat.test']);
        site = await Site.start(...traffic.settings);
        page = await site.setUp({ policy: Policy });
        await traffic.untilAnswered(site, traffic.url('app.test'), 200);
    });
    after(async () => {
        await traffic?.stop(); // first: the program would wait for open tunnels
        await site?.stop();
    });

    const row = (host) => page.getByRole('row').filter({ hasText: host });

    it('show what they move just now', async () => {
        const tunnel = await traffic.tunnel(site, 'chat.test');
        await page.goto(`${site.base}/sessions`);
        await settled(page);
        await page.mouse.move(700, 20); // rows under the pointer are held
        await row('chat.test').waitFor();
        let stage = 'moving';
        const moving = (async () => {
            for (let n = 0; stage === 'moving'; ++n) await tunnel.echo(`${n} `.padEnd(20_000, '.'));
        })();
        try {
            await row('chat.test').getByText(/^[\d.,]+ [kM]bit\/s$/).waitFor();
        } finally {
            stage = 'enough';
            await moving;
        }
        tunnel.end();
        await row('chat.test').waitFor({ state: 'detached' });
        assert.deepEqual(site.newFaults(), []);
    });

    it('end within a second when they are terminated', async (t) => {
        const tunnel = await traffic.tunnel(site, 'chat.test');
        const other = await traffic.tunnel(site, 'app.test');
        await row('chat.test').getByTitle(/^chat\.test/).click();
        await page.getByRole('button', { name: 'Terminate…' }).click();
        const id = new URL(page.url()).pathname.split('/').pop();
        const dialog = page.getByRole('dialog', { name: 'Terminate this session?' });
        await dialog.getByLabel('Reason').fill('Seen on the wrong machine');
        assert.deepEqual(await axeFindings(page), []);
        const asked = Date.now();
        await dialog.getByRole('button', { name: 'Terminate', exact: true }).click();
        await until(() => !tunnel.isOpen, 'the tunnel has ended');
        t.diagnostic(`ended ${Date.now() - asked} ms after the button was pressed`);
        await page.getByText('This session has ended.').waitFor();
        await page.mouse.move(700, 20);
        await row('chat.test').waitFor({ state: 'detached' });
        await other.echo('still here');
        other.end();

        // By the server's own clock: what was asked, and what became of it.
        const { row: session, events } = await recorded(id);
        const { items: acts } = (await site.api(page, 'GET', '/audit/admin')).body;
        const act = acts.find(({ action, object }) => action === 'session.terminate' && object === id);
        assert.equal(session.reason, 'terminated');
        assert.equal(act.note, 'Seen on the wrong machine');
        const took = Math.abs(Date.parse(events.at(-1).time) - Date.parse(act.time));
        t.diagnostic(`ended ${took} ms after the act was recorded`);
        assert.ok(took <= 1000, `${act.time}, ${events.at(-1).time}`);
        const gone = `404 GET ${site.base}/api/v1/sessions/${id}`; // how the page learns of the end
        assert.deepEqual(site.newFaults().filter((fault) => !fault.endsWith(gone)), []);
    });

    /// What the log tells of a session that has ended.
    async function recorded(id) {
        let told;
        await until(async () => {
            told = (await site.api(page, 'GET', `/audit/sessions/${id}`)).body;
            return told.row.state === 'ended';
        }, `the end of ${id} is recorded`);
        return told;
    }

    it('end with the version that forbids them, as the publish dialog announces', async () => {
        const files = [];
        const others = [];
        for (let n = 0; n < 6; ++n) {
            files.push(await traffic.tunnel(site, 'files.test'));
            others.push(await traffic.tunnel(site, n % 2 ? 'app.test' : 'chat.test'));
        }
        await page.goto(`${site.base}/rules`);
        await settled(page);
        await page.getByRole('switch', { name: 'No files is on' }).click();
        await page.getByRole('button', { name: 'Review and publish' }).click();
        const dialog = page.getByRole('dialog', { name: 'Publish v3' });
        await dialog.getByText('6 of 12 open sessions would end').waitFor();
        await dialog.getByRole('textbox', { name: 'Note' }).fill('Files are shut off');
        assert.deepEqual(await axeFindings(page), []);
        for (const tunnel of [...files, ...others]) await tunnel.echo('not yet');
        await dialog.getByRole('button', { name: 'Publish v3' }).click();
        await noticed(page, 'v3 is live');
        await until(() => files.every((tunnel) => !tunnel.isOpen), 'what is forbidden has ended');
        for (const tunnel of others) await tunnel.echo('still here');

        await page.goto(`${site.base}/audit?host=files.test&cols=destination,rule,reason`);
        const refused = row('files.test').filter({ hasText: 'No files' }).filter({ hasText: 'policy revoked' });
        await until(async () => {
            await page.getByRole('button', { name: 'Search again' }).click();
            await settled(page);
            return (await refused.count()) === 6;
        }, 'the log says why');
        await page.getByTitle('Received from servers').getByText(/^\d+ B$/).waitFor();
        assert.deepEqual(site.newFaults(), []);
    });
});
