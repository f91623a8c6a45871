// Python's clients through the proxy: python/*.py say what they do, this file what the records must
// say of it.

import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import path from 'node:path';
import { after, before, beforeEach, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { expectAllowed, expectDenied, expectEqualPairs, openSite } from './site.mjs';

// The system's interpreter is the one that apt's python3-aiohttp belongs to.
const python = process.env.PYTHON ?? '/usr/bin/python3';
const folder = path.join(path.dirname(fileURLToPath(import.meta.url)), 'python');

let site;
before(async () => {
    site = await openSite();
});
beforeEach(() => site.proxy.forgetSessions());
after(() => site?.close());

/// Runs one unittest program to its end; returns how many tests it ran.
async function unittest(program) {
    const child = spawn(python, ['-B', '-m', 'unittest', '-v', program], {
        cwd: folder,
        env: {
            ...site.environment,
            PROXY: site.proxy.url,
            HTTP_ORIGIN: site.http,
            HTTPS_ORIGIN: site.https,
            DENIED_HTTP: site.deniedHttp,
            DENIED_HTTPS: site.deniedHttps,
        },
        stdio: ['ignore', 'pipe', 'pipe'],
    });
    let report = '';
    for (const stream of [child.stdout, child.stderr])
        stream.on('data', (text) => (report += text));
    const exit = await new Promise((resolve) => child.once('close', resolve));
    assert.equal(exit, 0, report);
    return Number(/Ran (\d+) tests?/.exec(report)[1]);
}

const count = (sessions, fields) =>
    sessions.filter(({ first }) =>
        Object.entries(fields).every(([name, value]) => first[name] === value),
    ).length;

describe('Python', () => {
    test('urllib and http.client reach http and https pages and are told of refusals', async () => {
        assert.equal(await unittest('standard_library.py'), 8);
        const sessions = await site.proxy.newSessions(9);
        assert.equal(count(sessions, { form: 'absolute', verdict: 'allow' }), 4);
        assert.equal(
            count(sessions, { form: 'connect', verdict: 'allow', port: site.origin.httpsPort }),
            2,
        );
        assert.equal(
            count(sessions, { form: 'connect', verdict: 'allow', port: site.origin.httpPort }),
            1,
        );
        sessions
            .filter(({ first }) => first.verdict === 'deny')
            .forEach((session) => expectDenied(session, {}));
        sessions
            .filter(({ first }) => first.form === 'connect' && first.verdict === 'allow')
            .forEach(expectEqualPairs);
    });

    const aiohttp = spawnSync(python, ['-c', 'import aiohttp'], { stdio: 'ignore' }).status === 0;
    test(
        'aiohttp fetches, and opens WebSockets by GET ws:// and by CONNECT',
        { skip: aiohttp ? false : 'python3-aiohttp is not installed' },
        async () => {
            assert.equal(await unittest('aiohttp_client.py'), 4);
            const sessions = await site.proxy.newSessions(4);
            const [upgrade] = sessions.filter(({ first }) => first.form === 'upgrade');
            assert.ok(upgrade, 'one session came as GET ws://…');
            expectAllowed(upgrade, {
                protocol: 'websocket',
                method: 'GET',
                host: 'origin.test',
                path: '/echo',
            });
            expectEqualPairs(upgrade);
            assert.equal(count(sessions, { form: 'connect', port: site.origin.httpsPort }), 2);
            assert.equal(count(sessions, { form: 'absolute' }), 1);
        },
    );
});
