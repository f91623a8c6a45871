// site: what every client test stands on: origins, certificates, and Sallyport in front of them.
//
// origin.test and denied.test lead to loopback by Sallyport's own hosts file, so a client that
// reaches an origin has gone through the proxy: nobody else knows the names.

import assert from 'node:assert/strict';
import { randomBytes, randomInt } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { makeCertificate } from './certificate.mjs';
import { sha256, startOrigin } from './origin.mjs';
import { Sallyport } from './sallyport.mjs';

export { pattern, sha256 } from './origin.mjs';

export const DenyRule = 'No denied host';

const Policy = {
    format: 1,
    guard: [
        {
            name: 'The test origins',
            action: 'allow',
            when: { address: ['127.0.0.0/8', '::1/128'] },
        },
    ],
    // A browser asks its maker's servers for this and that; they are left to the default row.
    access: [
        { name: DenyRule, action: 'deny', when: { host: ['denied.test'] } },
        {
            name: 'Clients on this machine to the test origin',
            action: 'allow',
            when: { client: ['127.0.0.0/8', '::1/128'], host: ['origin.test'] },
        },
    ],
    // Whatever WebSocket is in the clear is looked into, as closely as can be: nobody may notice.
    inspection: [{ name: 'All', action: 'observe', profile: 'Closely' }],
    profiles: [
        {
            name: 'Closely',
            hold: '64KiB',
            digests: true,
            checks: [
                {
                    name: 'Secrets',
                    patterns: ['card-number', 'iban', 'private-key', 'cloud-token'],
                    in: ['text', 'binary'],
                    action: 'note',
                },
            ],
        },
    ],
    defaults: { access: 'deny' },
};

/// The environment of a client process: no proxy settings of the machine, our authority trusted.
function clientEnvironment(authorityFile) {
    const environment = {
        ...process.env,
        SSL_CERT_FILE: authorityFile,
        NODE_EXTRA_CA_CERTS: authorityFile,
    };
    for (const name of [
        'http_proxy',
        'https_proxy',
        'all_proxy',
        'no_proxy',
        'ws_proxy',
        'wss_proxy',
    ]) {
        delete environment[name];
        delete environment[name.toUpperCase()];
    }
    return environment;
}

/// `pages` maps paths of the origins to HTML. Close it with close().
export async function openSite({ pages = new Map() } = {}) {
    const directory = await mkdtemp(path.join(os.tmpdir(), 'sallyport clients '));
    const certificate = makeCertificate(directory, ['origin.test', 'denied.test']);
    const origin = await startOrigin({ ...certificate, pages });
    const proxy = await Sallyport.start({
        directory,
        policy: Policy,
        hosts: { 'origin.test': '127.0.0.1', 'denied.test': '127.0.0.1' },
    });
    return {
        directory,
        certificate,
        origin,
        proxy,
        environment: clientEnvironment(certificate.authorityFile),
        http: `http://origin.test:${origin.httpPort}`,
        https: `https://origin.test:${origin.httpsPort}`,
        ws: `ws://origin.test:${origin.httpPort}`,
        wss: `wss://origin.test:${origin.httpsPort}`,
        deniedHttp: `http://denied.test:${origin.httpPort}`,
        deniedHttps: `https://denied.test:${origin.httpsPort}`,
        async close() {
            try {
                await proxy.stop();
                expectWholeRecords(await proxy.sessions());
            } finally {
                await origin.close();
                await rm(directory, { recursive: true, force: true });
            }
        },
    };
}

/// Every session has one beginning and one end.
export function expectWholeRecords(sessions) {
    for (const { id, events } of sessions) {
        const kinds = events
            .map(({ event }) => event)
            .filter((kind) => kind !== 'update')
            .join(' ');
        assert.ok(
            kinds === 'open close' || kinds === 'decision',
            `session ${id} has the records "${kinds}"`,
        );
    }
}

/// What an allowed session's records say. `expected` holds the fields to compare in its open
/// record.
export function expectAllowed(session, expected) {
    expectFields(session.first, {
        event: 'open',
        verdict: 'allow',
        client_ip: '127.0.0.1',
        ...expected,
    });
    assert.ok(session.last.rule_name, 'the close record names the rule');
    assert.ok(session.last.close_by, 'the close record says who ended the session');
}

/// Bytes are passed on as they came, so a tunnel's counters agree in pairs.
export function expectEqualPairs({ last }) {
    assert.equal(
        last.bytes_client_to_proxy,
        last.bytes_proxy_to_upstream,
        `up: ${JSON.stringify(last)}`,
    );
    assert.equal(
        last.bytes_upstream_to_proxy,
        last.bytes_proxy_to_client,
        `down: ${JSON.stringify(last)}`,
    );
}

/// A WebSocket in the clear was followed to its end: so many messages, that much in them, each way,
/// and what went out is what came in.
export function expectFollowed({ last }, { messages, bytes }) {
    const told = JSON.stringify(last);
    assert.equal(last.inspection_sight, 'plain', told);
    assert.equal(last.ws_inspectable, true, told);
    assert.equal(last.ws_status, 101, told);
    for (const way of ['client_to_upstream', 'upstream_to_client']) {
        const count = last[`ws_messages_text_${way}`] + last[`ws_messages_binary_${way}`];
        assert.equal(count, messages, told);
        assert.equal(last[`ws_content_bytes_${way}`], bytes, told);
    }
    assert.equal(last.ws_close_code, 1000, told);
    assert.match(last.sha256_client_to_proxy, /^[0-9a-f]{64}$/, told);
    assert.equal(last.sha256_client_to_proxy, last.sha256_proxy_to_upstream, told);
    assert.equal(last.sha256_upstream_to_proxy, last.sha256_proxy_to_client, told);
}

export function expectDenied(session, expected) {
    expectFields(session.first, {
        event: 'decision',
        verdict: 'deny',
        host: 'denied.test',
        rule_name: DenyRule,
        rule_layer: 'access',
        status: 403,
        ...expected,
    });
}

export function expectFields(record, expected) {
    const found = Object.fromEntries(Object.keys(expected).map((name) => [name, record[name]]));
    assert.deepEqual(found, expected, `in ${JSON.stringify(record)}`);
}

/// Random sizes and contents: what a proxy must not touch has no pattern that could hide it.
export function randomMessages(count, { largest = 65536 } = {}) {
    return Array.from({ length: count }, () => randomBytes(randomInt(1, largest + 1)));
}

/// Sends all messages at once over an open socket of the `ws` kind and checks the echo of each by
/// its hash.
export function expectEchoes(socket, messages) {
    const expected = messages.map((message) => sha256(message));
    return new Promise((resolve, reject) => {
        let next = 0;
        socket.on('message', (data) => {
            if (sha256(data) !== expected[next])
                reject(
                    new Error(`echo ${next} differs from the message sent (${data.length} bytes)`),
                );
            else if (++next === expected.length) resolve();
        });
        socket.on('error', reject);
        socket.on('close', (code) => reject(new Error(`closed with ${code} after ${next} echoes`)));
        for (const message of messages) socket.send(message);
    });
}
