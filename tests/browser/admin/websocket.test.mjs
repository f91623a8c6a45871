// A WebSocket profile from its page to the wire: made, tried, named by an inspection rule, published;
// then the proxy cuts the session that sends what the profile looks for.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { after, before, describe, it } from 'node:test';

import { Loopback, LoopbackGuard } from './Loopback.mjs';
import { publishDocument } from './publishDocument.mjs';
import { RulesPage } from './RulesPage.mjs';
import { Site, settled, until } from './Site.mjs';

const clients = createRequire(new URL('../../clients/package.json', import.meta.url));
const WebSocket = clients('ws');
const { HttpProxyAgent } = clients('http-proxy-agent');

const Card = 'my card is 4111 1111 1111 1111';

describe('a WebSocket profile', () => {
    let loopback;
    let site;
    let page;
    let rules;

    before(async () => {
        loopback = await Loopback.start(['chat.test']);
        site = await Site.start(...loopback.settings);
        page = await site.setUp();
        rules = new RulesPage(site, page);
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
    });

    /// Sends the messages one after the other, each when the one before has come back. Gives those
    /// that came back, once the session has ended.
    function chat(messages) {
        const socket = new WebSocket(`ws://chat.test:${loopback.port}/echo`, { agent: new HttpProxyAgent(`http://127.0.0.1:${site.proxyPort}`) });
        const echoes = [];
        return new Promise((resolve, reject) => {
            socket.once('open', () => socket.send(messages[0]));
            socket.on('message', (data) => {
                echoes.push(String(data));
                if (echoes.length === messages.length) socket.close();
                else socket.send(messages[echoes.length]);
            });
            socket.on('error', (error) => (echoes.length > 0 ? undefined : reject(error))); // a cut shows as one
            socket.once('close', () => resolve(echoes));
        });
    }

    it('is made, and tried on its page', async () => {
        await page.goto(`${site.base}/websocket`);
        await settled(page);
        await page.getByRole('button', { name: 'Empty profile' }).click();
        await page.getByRole('heading', { name: 'Profile', exact: true }).waitFor();
        await page.getByRole('button', { name: 'Add check' }).click();
        const check = page.getByRole('group', { name: 'Check' });
        await check.getByLabel('Finds').selectOption({ label: 'Text patterns' });
        await check.getByRole('list', { name: 'Patterns' }).getByText('card-number').waitFor();
        await check.getByLabel('Then').selectOption({ label: 'Cut the session' });
        await until(async () => (await rules.document('draft')).profiles?.[0]?.checks[0]?.action === 'cut', 'the check is in the draft');

        await page.getByLabel('Message 1', { exact: true }).fill('hello');
        await page.getByRole('button', { name: 'Try', exact: true }).click();
        await page.getByText('Everything passes').waitFor();
        await page.getByLabel('Message 1', { exact: true }).fill(Card);
        await page.getByRole('button', { name: 'Try', exact: true }).click();
        await page.getByText('The session is cut').waitFor();
        assert.deepEqual(site.newFaults(), []);
    });

    it('looks into nothing before a published rule names it', async () => {
        await rules.open('?layer=inspection');
        await rules.addRule({ name: 'Chats', action: 'Observe', tokens: { Host: ['chat.test'] } });
        await rules.editor().getByLabel('Profile').selectOption('Profile');
        await rules.notice('Profile of “Chats” saved to the draft');
        assert.deepEqual(await chat(['hello', Card]), ['hello', Card]);
        await rules.publish('Cards are cut');
        await until(async () => (await chat(['hello', Card])).length === 1, 'the session is cut');
        assert.deepEqual(await chat(['hello', 'and again']), ['hello', 'and again']);
        assert.deepEqual(site.newFaults(), []);
    });

    it('says how often its check found something', async () => {
        for (let i = 0; i < 2; ++i) assert.deepEqual(await chat(['hello', Card]), ['hello']);
        await until(async () => {
            const { body } = await site.api(page, 'GET', '/policy/stats/checks');
            return body.items.length === 1 && body.items[0].hits === 3;
        }, 'the server has counted three');
        await page.goto(`${site.base}/websocket`);
        const check = page.getByRole('group', { name: 'Check' });
        await check.getByText('3 findings in 14 days').waitFor();
        await check.getByRole('img', { name: 'Findings of the last 14 days, 3 in all' }).waitFor();
        await check.getByText(/^last /).waitFor();
        assert.deepEqual(site.newFaults(), []);
    });

    it('is named in the record of what it cut', async () => {
        let cut;
        await until(async () => {
            const { body } = await site.api(page, 'GET', '/audit/sessions?limit=100');
            cut = body.items.find(({ reason }) => reason === 'cut');
            return cut !== undefined;
        }, 'the session is in the log');
        assert.deepEqual([cut.rule.layer, cut.rule.name], ['inspection', 'Chats']);
        await page.goto(`${site.base}/websocket`);
        await page.getByRole('link', { name: 'Chats' }).waitFor();
        await page.getByText('1 check, 1 rule').waitFor();
        assert.deepEqual(site.newFaults(), []);
    });
});
