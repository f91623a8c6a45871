// Headless Chromium, pointed at the proxy by the PAC file that the proxy itself serves.
//
// Each test starts a browser of its own and ends it before it reads the records, because a browser
// keeps tunnels open.

import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, beforeEach, describe, test } from 'node:test';
import { chromium } from 'playwright-core';
import {
    DenyRule,
    expectAllowed,
    expectDenied,
    expectEqualPairs,
    expectFollowed,
    openSite,
} from '../clients/site.mjs';

const Messages = 1000;
const executablePath = process.env.CHROMIUM;
const page = readFileSync(new URL('page.html', import.meta.url), 'utf8');

let site;
before(async () => {
    site = await openSite({ pages: new Map([['/page', page]]) });
});
beforeEach(() => site.proxy.forgetSessions());
after(() => site?.close());

const pacUrl = () => `http://127.0.0.1:${site.proxy.port}/proxy.pac`;

/// Runs `use` with an empty tab of a new browser and ends the browser.
async function withBrowser(pac, use) {
    const profile = mkdtempSync(path.join(site.directory, 'profile '));
    const browser = await chromium.launchPersistentContext(profile, {
        executablePath,
        headless: true,
        env: site.environment,
        viewport: { width: 1000, height: 700 },
        args: [
            `--proxy-pac-url=${pac}`,
            '--no-sandbox',
            '--disable-gpu',
            '--disable-quic',
            '--no-first-run',
            '--disable-background-networking',
            '--disable-component-update',
            '--disable-sync',
            `--ignore-certificate-errors-spki-list=${site.certificate.publicKeyHash}`,
            `--unsafely-treat-insecure-origin-as-secure=${site.http}`,
        ],
    });
    try {
        return await use(browser.pages()[0] ?? (await browser.newPage()));
    } finally {
        await browser.close();
    }
}

const toOrigin = (record) => record.host === 'origin.test';
const toDenied = (record) => record.host === 'denied.test';

/// Keeps a picture when SALLYPORT_SCREENSHOTS names a folder: whether a page is well made only eyes
/// can tell.
async function picture(tab, name) {
    const folder = process.env.SALLYPORT_SCREENSHOTS;
    if (!folder) return;
    mkdirSync(folder, { recursive: true });
    await tab.screenshot({ path: path.join(folder, `${name}.png`) });
}

describe('Chromium', () => {
    test('loads an http page, fetches and posts from it', async () => {
        const found = await withBrowser(pacUrl(), async (tab) => {
            await tab.goto(`${site.http}/page`);
            return {
                heading: await tab.textContent('h1'),
                fetched: await tab.evaluate(() => fetchPage('/chunked/500000')),
                posted: await tab.evaluate(() => post('/echo', 60000)),
            };
        });
        assert.deepEqual(found, {
            heading: 'Page of the origin',
            fetched: { status: 200, size: 500000, whole: true },
            posted: true,
        });
        const sessions = await site.proxy.newSessions(3, toOrigin);
        for (const [i, requestPath] of ['/page', '/chunked/500000', '/echo'].entries()) {
            expectAllowed(sessions[i], { form: 'absolute', protocol: 'http', path: requestPath });
        }
    });

    test('loads an https page and fetches from it', async () => {
        const found = await withBrowser(pacUrl(), async (tab) => {
            await tab.goto(`${site.https}/page`);
            return tab.evaluate(() => fetchPage('/bytes/500000'));
        });
        assert.deepEqual(found, { status: 200, size: 500000, whole: true });
        const sessions = await site.proxy.someNewSessions(toOrigin);
        for (const session of sessions) {
            expectAllowed(session, {
                form: 'connect',
                protocol: 'connect',
                port: site.origin.httpsPort,
            });
            expectEqualPairs(session);
        }
    });

    for (const [scheme, port] of [
        ['ws', 'httpPort'],
        ['wss', 'httpsPort'],
    ]) {
        test(`echoes ${Messages} random messages over ${scheme}:// from an http page`, async () => {
            const found = await withBrowser(pacUrl(), async (tab) => {
                await tab.goto(`${site.http}/page`);
                return tab.evaluate(
                    ([url, count]) => echo(url, count),
                    [`${site[scheme]}/echo`, Messages],
                );
            });
            assert.equal(found.right, Messages);
            assert.equal(found.code, 1000);
            assert.match(
                found.extensions,
                /permessage-deflate/,
                'what the two ends agreed is kept',
            );
            const [socket] = await site.proxy.newSessions(
                1,
                (record) => toOrigin(record) && record.form !== 'absolute',
            );
            // Chromium asks for a tunnel for every WebSocket, for ws:// too.
            expectAllowed(socket, {
                form: 'connect',
                protocol: 'connect',
                port: site.origin[port],
            });
            expectEqualPairs(socket);
            assert.ok(socket.last.bytes_client_to_proxy > found.sentBytes);
            assert.ok(socket.last.bytes_upstream_to_proxy > found.sentBytes);
            if (scheme === 'ws') {
                expectFollowed(socket, { messages: Messages, bytes: found.sentBytes });
                assert.equal(socket.last.tunnel_protocol, 'websocket');
                assert.equal(socket.last.ws_origin, 'origin.test');
                assert.match(socket.last.ws_extensions, /permessage-deflate/);
            } else {
                assert.equal(socket.last.tunnel_protocol, 'tls');
                assert.equal(socket.last.tls_sni, 'origin.test');
                assert.match(socket.last.tls_ja4, /^t13d/);
                assert.equal(socket.last.ws_status, undefined, 'TLS hides it');
            }
        });
    }

    test('echoes over wss:// from an https page', async () => {
        const found = await withBrowser(pacUrl(), async (tab) => {
            await tab.goto(`${site.https}/page`);
            return tab.evaluate(([url, count]) => echo(url, count), [`${site.wss}/echo`, 50]);
        });
        assert.equal(found.right, 50);
        const sessions = await site.proxy.someNewSessions(toOrigin);
        sessions.forEach(expectEqualPairs);
    });

    test('is shown why an http page is denied', async () => {
        const { status, type, text } = await withBrowser(pacUrl(), async (tab) => {
            const answer = await tab.goto(`${site.deniedHttp}/page`);
            await picture(tab, 'denied');
            return {
                status: answer.status(),
                type: answer.headers()['content-type'],
                text: await tab.textContent('body'),
            };
        });
        assert.equal(status, 403);
        assert.match(type, /^text\/html/, 'a browser is given a page, not bare text');
        assert.ok(text.includes(DenyRule), text);
        const sessions = await site.proxy.newSessions(
            1,
            (record) => toDenied(record) && record.path === '/page',
        );
        expectDenied(sessions[0], { form: 'absolute', path: '/page' });
        assert.ok(text.includes(sessions[0].id), 'the page names the session');
    });

    test('is refused a tunnel to a denied https host', async () => {
        const complaint = await withBrowser(pacUrl(), (tab) =>
            tab.goto(`${site.deniedHttps}/page`).then(
                () => 'none',
                (error) => error.message,
            ),
        );
        assert.match(complaint, /ERR_TUNNEL_CONNECTION_FAILED/);
        const sessions = await site.proxy.someNewSessions(toDenied);
        sessions.forEach((session) =>
            expectDenied(session, { form: 'connect', port: site.origin.httpsPort }),
        );
    });

    for (const file of ['proxy.pac', 'wpad.dat']) {
        test(`is led by /${file} of the proxy's own port as well`, async () => {
            await withBrowser(`${site.proxy.url}/${file}`, (tab) => tab.goto(`${site.http}/page`));
            const sessions = await site.proxy.newSessions(1, toOrigin);
            expectAllowed(sessions[0], { form: 'absolute', path: '/page' });
        });
    }
});
