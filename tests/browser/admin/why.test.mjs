// From the page that the proxy shows to whoever is refused, to the help-desk's answer.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import { addPerson } from './People.mjs';
import { Site, axeFindings, settled } from './Site.mjs';
import { Traffic } from './Traffic.mjs';

const Policy = {
    format: 1,
    guard: [{ name: 'The test origins', action: 'allow', when: { address: ['127.0.0.0/8'] } }],
    access: [
        { name: 'No games at work', action: 'deny', when: { host: ['*.games.test'] } },
        { name: 'Ann is on the outside', action: 'deny', when: { user: ['ann'], host: ['wiki.test'] } },
        { name: 'Everything', action: 'allow' },
    ],
    defaults: { access: 'deny' },
};

describe('the help-desk', () => {
    let traffic;
    let site;
    let desk;

    before(async () => {
        traffic = await Traffic.start(['wiki.test']);
        site = await Site.start(...traffic.settings);
        const admin = await site.setUp({ policy: Policy });
        await traffic.untilAnswered(site, traffic.url('wiki.test'), 200);
        desk = await addPerson(site, admin, { name: 'hanna', role: 'help-desk' });
        await desk.getByRole('link', { name: 'Audit log', exact: true }).click();
        await settled(desk);
        await desk.getByRole('button', { name: 'More of the audit log' }).click();
        await desk.getByRole('menuitem', { name: 'Why was it refused?' }).click();
        await desk.getByRole('heading', { name: 'Why was it refused?' }).waitFor();
    });
    after(async () => {
        await traffic?.stop(); // first: the program would wait for open tunnels
        await site?.stop();
    });

    const box = () => desk.getByLabel('Session id, or address');
    const answer = () => desk.getByRole('region', { name: 'The reason' });

    async function ask(question, { user } = {}) {
        await box().fill(question);
        if (user) await desk.getByLabel('User', { exact: true }).fill(user);
        await desk.getByRole('button', { name: 'Tell me why' }).click();
    }

    it('is told the rule by the session id of the block page', async () => {
        const { status, text } = await traffic.request(site, 'http://www.games.test/chess');
        assert.equal(status, 403);
        const session = /[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}/.exec(text)[0];
        await ask(`  Session: ${session} `);
        await answer().getByText(/No games at work/).waitFor();
        await answer().getByText(/www\.games\.test/).waitFor();
        await answer().getByText(/^Recorded/).waitFor();
        await answer().getByRole('link', { name: 'Open the session' }).click();
        await desk.getByRole('heading', { level: 3, name: /No games at work/ }).waitFor();
        assert.deepEqual(site.newFaults(), []);
    });

    it('is told the rule by the address and the user', async () => {
        await desk.goto(`${site.base}/audit/why`);
        await ask(traffic.url('wiki.test', '/Home'), { user: 'ann' });
        await answer().getByText(/Ann is on the outside/).waitFor();
        await answer().getByText(/^Not in the log/).waitFor();
        assert.deepEqual(await axeFindings(desk), []);
        assert.deepEqual(site.newFaults(), []);
    });

    it('is told what was let through, too', async () => {
        await ask(traffic.url('wiki.test', '/Home'), { user: 'ben' });
        await answer().getByText(/Everything/).waitFor();
        assert.deepEqual(site.newFaults(), []);
    });

    it('is asked for who it was', async () => {
        await desk.goto(`${site.base}/audit/why`);
        await ask('https://wiki.test/');
        await desk.getByText('For an address, a user or a client address is needed.').waitFor();
        assert.deepEqual(site.newFaults(), []);
    });
});
