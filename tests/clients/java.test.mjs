// Java's HttpClient through the proxy: java/WebSocketAfterPages.java says what it does.
//
// On a kept-alive proxy connection on which it fetched http:// pages of an origin it sends the
// handshake for that same origin in origin-form; this is the one origin-form request that a proxy
// passes on.

import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import path from 'node:path';
import { after, before, beforeEach, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expectAllowed, expectEqualPairs, openSite } from './site.mjs';

const run = promisify(execFile);
const program = path.join(
    path.dirname(fileURLToPath(import.meta.url)),
    'java/WebSocketAfterPages.java',
);
const version = Number(
    /version "(\d+)/.exec(spawnSync('java', ['-version'], { encoding: 'utf8' }).stderr ?? '')?.[1],
);
const skip = version >= 17 ? false : 'no Java of version 17 or later on PATH';
if (skip) console.log(`SKIP Java: ${skip}`);

let site;
before(async () => {
    site = skip ? undefined : await openSite();
});
beforeEach(() => site?.proxy.forgetSessions());
after(() => site?.close());

describe('Java HttpClient', { skip }, () => {
    test('fetches pages, then opens a WebSocket to the same origin', async () => {
        await run('java', [program, String(site.proxy.port), site.http, site.ws], {
            env: site.environment,
            timeout: 60_000,
        });
        const sessions = await site.proxy.newSessions(3);
        expectAllowed(sessions[0], {
            form: 'absolute',
            protocol: 'http',
            path: '/bytes/1000',
            host: 'origin.test',
        });
        expectAllowed(sessions[1], {
            form: 'absolute',
            protocol: 'http',
            path: '/bytes/50000',
            host: 'origin.test',
        });
        const [, , socket] = sessions;
        expectAllowed(socket, {
            protocol: 'websocket',
            path: '/echo',
            host: 'origin.test',
            port: site.origin.httpPort,
        });
        expectEqualPairs(socket);
        assert.equal(
            socket.first.client_port,
            sessions[0].first.client_port,
            'all came over one connection',
        );
    });

    test('opens a WebSocket without fetching anything first', async () => {
        await run('java', [program, String(site.proxy.port), '', site.ws], {
            env: site.environment,
            timeout: 60_000,
        });
        const [session] = await site.proxy.newSessions(1);
        expectAllowed(session, { host: 'origin.test', port: site.origin.httpPort });
        expectEqualPairs(session);
    });
});
