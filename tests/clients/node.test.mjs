// Node's clients through the proxy: `ws` behind the usual agents, and `undici`.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import http from 'node:http';
import { after, before, beforeEach, describe, test } from 'node:test';
import { HttpProxyAgent } from 'http-proxy-agent';
import { HttpsProxyAgent } from 'https-proxy-agent';
import { fetch, ProxyAgent, WebSocket as UndiciWebSocket } from 'undici';
import WebSocket from 'ws';
import {
    expectAllowed,
    expectDenied,
    expectEchoes,
    expectEqualPairs,
    openSite,
    pattern,
    randomMessages,
    sha256,
} from './site.mjs';

const OpenMs = 20_000;

let site;
let authority;
before(async () => {
    site = await openSite();
    authority = readFileSync(site.certificate.authorityFile);
});
beforeEach(() => site.proxy.forgetSessions());
after(() => site?.close());

/// The three ways a WebSocket arrives: what the client does, and what the record says of it.
const ways = [
    {
        name: 'ws:// through CONNECT',
        open: (options) =>
            new WebSocket(`${site.ws}/echo`, {
                agent: new HttpsProxyAgent(site.proxy.url),
                ...options,
            }),
        record: () => ({ form: 'connect', protocol: 'connect', port: site.origin.httpPort }),
    },
    {
        name: 'wss:// through CONNECT',
        open: (options) =>
            new WebSocket(`${site.wss}/echo`, {
                agent: new HttpsProxyAgent(site.proxy.url),
                ca: authority,
                ...options,
            }),
        record: () => ({ form: 'connect', protocol: 'connect', port: site.origin.httpsPort }),
    },
    {
        name: 'ws:// by an absolute-form Upgrade',
        open: (options) =>
            new WebSocket(`${site.ws}/echo?room=1`, {
                agent: new HttpProxyAgent(site.proxy.url),
                ...options,
            }),
        record: () => ({
            form: 'upgrade',
            protocol: 'websocket',
            method: 'GET',
            path: '/echo',
            port: site.origin.httpPort,
        }),
    },
];

function opened(socket) {
    return new Promise((resolve, reject) => {
        socket.once('open', resolve);
        socket.once('error', reject);
    });
}

async function closed(socket) {
    socket.removeAllListeners('close');
    const ended = new Promise((resolve) => socket.once('close', (code) => resolve(code)));
    socket.close(1000, 'enough');
    assert.equal(await ended, 1000);
}

async function expectOneSession(record) {
    const [session] = await site.proxy.newSessions(1);
    expectAllowed(session, { host: 'origin.test', ...record });
    expectEqualPairs(session);
    return session;
}

describe('ws', () => {
    for (const { name, open, record } of ways) {
        test(`${name} echoes 1,000 random messages`, async () => {
            const socket = open({ perMessageDeflate: false, handshakeTimeout: OpenMs });
            await opened(socket);
            const messages = randomMessages(1000);
            await expectEchoes(socket, messages);
            await closed(socket);
            const session = await expectOneSession(record());
            const payload = messages.reduce((sum, message) => sum + message.length, 0);
            assert.ok(session.last.bytes_client_to_proxy > payload);
            assert.ok(session.last.bytes_upstream_to_proxy > payload);
        });

        test(`${name} keeps subprotocol and compression as the two ends agree them`, async () => {
            const socket = open({ perMessageDeflate: true, handshakeTimeout: OpenMs });
            await opened(socket);
            assert.match(socket.extensions, /permessage-deflate/);
            await expectEchoes(socket, [pattern(1_000_000), Buffer.from('x'), Buffer.alloc(0)]);
            await closed(socket);
            await expectOneSession(record());
        });

        test(`${name} may be silent before the first message and between messages`, async () => {
            const socket = open({ handshakeTimeout: OpenMs });
            await opened(socket);
            const ponged = new Promise((resolve) => socket.once('pong', resolve));
            socket.ping('are you there');
            assert.equal((await ponged).toString(), 'are you there');
            await expectEchoes(socket, randomMessages(3, { largest: 100 }));
            await closed(socket);
            await expectOneSession(record());
        });
    }

    test('a WebSocket to a denied host is refused with 403 in both forms', async () => {
        for (const agent of [
            new HttpProxyAgent(site.proxy.url),
            new HttpsProxyAgent(site.proxy.url),
        ]) {
            const socket = new WebSocket(`ws://denied.test:${site.origin.httpPort}/echo`, {
                agent,
            });
            const complaint = await new Promise((resolve, reject) => {
                socket.once('error', resolve);
                socket.once('open', () => reject(new Error('was let through')));
            });
            assert.match(complaint.message, /403/);
        }
        const [upgrade, connect] = await site.proxy.newSessions(2);
        expectDenied(upgrade, { form: 'upgrade', protocol: 'websocket', path: '/echo' });
        expectDenied(connect, { form: 'connect', protocol: 'connect' });
    });

    test('an Upgrade that the origin declines stays HTTP, and the connection goes on', async () => {
        const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
        const ask = (target, fields) =>
            new Promise((resolve, reject) => {
                const request = http.request({
                    agent,
                    host: '127.0.0.1',
                    port: site.proxy.port,
                    path: target,
                    headers: { Host: new URL(target).host, ...fields },
                });
                request.on('response', (response) => {
                    response.resume().on('end', () => resolve(response.statusCode));
                });
                request.on('upgrade', () => reject(new Error('was upgraded')));
                request.on('error', reject).end();
            });
        const declined = await ask(`${site.http}/declined`, {
            Connection: 'Upgrade',
            Upgrade: 'websocket',
            'Sec-WebSocket-Version': '13',
            'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
        });
        assert.equal(declined, 404);
        assert.equal(await ask(`${site.deniedHttp}/bytes/10`, {}), 403);
        assert.equal(await ask(`${site.http}/bytes/10`, {}), 200);
        agent.destroy();
        const sessions = await site.proxy.newSessions(3);
        assert.deepEqual(
            sessions.map(({ first }) => [first.path, first.verdict, first.client_port]),
            [
                ['/declined', 'allow', sessions[0].first.client_port],
                ['/bytes/10', 'deny', sessions[0].first.client_port],
                ['/bytes/10', 'allow', sessions[0].first.client_port],
            ],
        );
    });
});

const undiciForms = [
    {
        name: 'through CONNECT',
        options: {},
        httpRecord: () => ({ form: 'connect', protocol: 'connect', port: site.origin.httpPort }),
    },
    {
        name: 'in absolute-form',
        options: { proxyTunnel: false },
        httpRecord: () => ({ form: 'absolute', protocol: 'http', path: '/bytes/200000' }),
    },
];

describe('undici', () => {
    for (const { name, options, httpRecord } of undiciForms) {
        test(`fetches http pages ${name}`, async () => {
            const agent = new ProxyAgent({ uri: site.proxy.url, ...options });
            const answer = await fetch(`${site.http}/bytes/200000`, { dispatcher: agent });
            const body = Buffer.from(await answer.arrayBuffer());
            assert.equal(sha256(body), answer.headers.get('x-body-sha256'));
            await agent.close();
            await expectOneSession(httpRecord());
        });
    }

    test('posts over https and reads the answer', async () => {
        const agent = new ProxyAgent({ uri: site.proxy.url, requestTls: { ca: authority } });
        const upload = pattern(1_000_000);
        const answer = await fetch(`${site.https}/echo`, {
            method: 'POST',
            body: upload,
            dispatcher: agent,
        });
        assert.equal((await answer.json()).sha256, sha256(upload));
        await agent.close();
        await expectOneSession({ form: 'connect', port: site.origin.httpsPort });
    });

    test('is refused a denied host', async () => {
        const agent = new ProxyAgent({ uri: site.proxy.url, proxyTunnel: false });
        const answer = await fetch(`${site.deniedHttp}/bytes/1`, { dispatcher: agent });
        assert.equal(answer.status, 403);
        await answer.text();
        await agent.close();
        const [session] = await site.proxy.newSessions(1);
        expectDenied(session, { form: 'absolute' });
    });

    for (const [scheme, port] of [
        ['ws', 'httpPort'],
        ['wss', 'httpsPort'],
    ]) {
        test(`its WebSocket echoes random messages over ${scheme}://`, async () => {
            const agent = new ProxyAgent({ uri: site.proxy.url, requestTls: { ca: authority } });
            const socket = new UndiciWebSocket(`${site[scheme]}/echo`, { dispatcher: agent });
            socket.binaryType = 'arraybuffer';
            await new Promise((resolve, reject) => {
                socket.onopen = resolve;
                socket.onerror = ({ error }) => reject(error ?? new Error('could not be opened'));
            });
            const messages = randomMessages(100);
            for (const message of messages) {
                const echo = new Promise((resolve, reject) => {
                    socket.onmessage = ({ data }) => resolve(Buffer.from(data));
                    socket.onclose = ({ code }) => reject(new Error(`closed with ${code}`));
                });
                socket.send(message);
                assert.equal(sha256(await echo), sha256(message));
            }
            const ended = new Promise((resolve) => {
                socket.onclose = resolve;
            });
            socket.close(1000);
            await ended;
            await agent.close();
            await expectOneSession({ form: 'connect', port: site.origin[port] });
        });
    }
});
