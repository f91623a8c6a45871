// Requests that no page of ours would make, sent past the browser: a change without the token against
// cross-site requests, from a page of another origin, and a live feed opened from one.
import assert from 'node:assert/strict';
import https from 'node:https';
import { after, before, describe, it } from 'node:test';

import { Site } from './Site.mjs';

const Foreign = 'https://elsewhere.test';

describe('a request past the pages', () => {
    let site;
    let page;
    let cookie;
    let csrf;

    before(async () => {
        site = await Site.start();
        page = await site.setUp();
        const [own] = (await page.context().cookies()).filter(({ name }) => name === '__Host-sallyport');
        assert.deepEqual([own.secure, own.httpOnly, own.sameSite], [true, true, 'Strict']);
        cookie = `${own.name}=${own.value}`;
        csrf = (await send('GET', '/session', { Cookie: cookie })).body.csrf;
    });
    after(() => site?.stop());

    function send(method, target, headers, body) {
        const text = body === undefined ? '' : JSON.stringify(body);
        const request = https.request(`${site.base}/api/v1${target}`, {
            method,
            rejectUnauthorized: false, // made by the program for itself
            agent: false,
            headers: { ...(text ? { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text) } : {}), ...headers },
        });
        return new Promise((resolve, reject) => {
            request.once('error', reject);
            request.once('upgrade', (response, socket) => {
                socket.destroy();
                resolve({ status: response.statusCode, headers: response.headers });
            });
            request.once('response', (response) => {
                let read = '';
                response.setEncoding('utf8').on('data', (piece) => (read += piece));
                response.once('end', () => resolve({ status: response.statusCode, body: read === '' ? null : JSON.parse(read) }));
            });
            request.end(text);
        });
    }

    const add = (headers) => send('POST', '/lists', { Cookie: cookie, ...headers }, { name: 'made-past-the-pages' });

    async function expectRefused(answer, status) {
        const { status: got, body } = await answer;
        assert.equal(got, status, JSON.stringify(body));
        assert.equal((await send('GET', '/lists', { Cookie: cookie })).body.total, 0);
    }

    it('changes nothing without the CSRF token', async () => {
        await expectRefused(add({ Origin: site.base }), 403);
        await expectRefused(add({ Origin: site.base, 'X-CSRF-Token': '' }), 403);
        await expectRefused(add({ Origin: site.base, 'X-CSRF-Token': csrf.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A')) }), 403);
    });

    it('changes nothing from a page of another origin', async () => {
        await expectRefused(add({ Origin: Foreign, 'X-CSRF-Token': csrf }), 403);
        await expectRefused(add({ Origin: 'null', 'X-CSRF-Token': csrf }), 403);
        await expectRefused(add({ Origin: site.base.replace('https:', 'http:'), 'X-CSRF-Token': csrf }), 403);
        await expectRefused(add({ 'Sec-Fetch-Site': 'cross-site', 'X-CSRF-Token': csrf }), 403);
        await expectRefused(add({ 'Sec-Fetch-Site': 'same-site', 'X-CSRF-Token': csrf }), 403);
        await expectRefused(add({ 'X-CSRF-Token': csrf }), 403);
    });

    it('changes nothing without a sign-in', async () => {
        await expectRefused(add({ Origin: site.base, 'X-CSRF-Token': csrf, Cookie: '' }), 401);
        await expectRefused(add({ Origin: site.base, 'X-CSRF-Token': csrf, Cookie: '__Host-sallyport=made-up' }), 401);
    });

    it('changes something when it says all that our pages say', async () => {
        assert.equal((await add({ Origin: site.base, 'X-CSRF-Token': csrf })).status, 201);
    });

    it('opens the live feed for our own pages only', async () => {
        const open = (headers) =>
            send('GET', '/live', {
                Connection: 'Upgrade',
                Upgrade: 'websocket',
                'Sec-WebSocket-Version': '13',
                'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
                'Sec-WebSocket-Protocol': 'sallyport.live.v1',
                Cookie: cookie,
                ...headers,
            });
        assert.equal((await open({ Origin: Foreign })).status, 403);
        assert.equal((await open({ Origin: 'null' })).status, 403);
        assert.equal((await open({})).status, 403);
        assert.equal((await open({ Origin: site.base, Cookie: '' })).status, 401);
        const own = await open({ Origin: site.base });
        assert.deepEqual([own.status, own.headers['sec-websocket-protocol']], [101, 'sallyport.live.v1']);
    });
});
