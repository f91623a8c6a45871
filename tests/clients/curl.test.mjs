// curl through the proxy, in every form it speaks to one.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { after, before, beforeEach, describe, test } from 'node:test';
import {
    DenyRule,
    expectAllowed,
    expectDenied,
    expectEqualPairs,
    expectFields,
    openSite,
    pattern,
    sha256,
} from './site.mjs';

let site;
before(async () => {
    site = await openSite();
});
beforeEach(() => site.proxy.forgetSessions());
after(() => site?.close());

const MiB = 1024 * 1024;

/// Returns { exit, complaint, body, fields, transfers }: the head fields of the last answer in
/// lower case, and curl's own report of each transfer.
async function curl(...words) {
    const bodyFile = path.join(site.directory, 'body');
    const headFile = path.join(site.directory, 'head');
    await Promise.all([writeFile(bodyFile, ''), writeFile(headFile, '')]);
    const options = [
        '--silent',
        '--show-error',
        '--max-time',
        '60',
        '--noproxy',
        '',
        '--proxy',
        site.proxy.url,
        '--cacert',
        site.certificate.authorityFile,
        '--dump-header',
        headFile,
        '--write-out',
        '%{json}\\n',
    ];
    const outputs = words
        .filter((word) => /^https?:/.test(word))
        .flatMap(() => ['--output', bodyFile]);
    const { exit, stdout, stderr } = await new Promise((resolve) => {
        execFile(
            'curl',
            [...options, ...outputs, ...words],
            { env: site.environment },
            (error, out, err) =>
                resolve({ exit: error ? error.code : 0, stdout: out, stderr: err }),
        );
    });
    const heads = (await readFile(headFile, 'latin1')).split('\r\n\r\n').filter(Boolean);
    const fields = new Map(
        (heads.at(-1) ?? '')
            .split('\r\n')
            .slice(1)
            .map((line) => {
                const colon = line.indexOf(':');
                return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
            }),
    );
    return {
        exit,
        complaint: stderr.trim(),
        body: await readFile(bodyFile),
        heads,
        fields,
        transfers: stdout
            .split('\n')
            .filter(Boolean)
            .map((line) => JSON.parse(line)),
    };
}

function expectDone({ exit, complaint, transfers }, status = 200) {
    assert.equal(exit, 0, complaint);
    for (const { http_code } of transfers) assert.equal(http_code, status);
}

async function expectOneSession(expected) {
    const [session] = await site.proxy.newSessions(1);
    expectAllowed(session, expected);
    return session;
}

const absolute = () => ({
    form: 'absolute',
    protocol: 'http',
    host: 'origin.test',
    port: site.origin.httpPort,
});
const connect = (port) => ({
    form: 'connect',
    protocol: 'connect',
    method: 'CONNECT',
    host: 'origin.test',
    port,
});

describe('curl', () => {
    for (const size of [0, 1, 1000, 65536, 5 * MiB]) {
        test(`fetches an http page of ${size} bytes`, async () => {
            const answer = await curl(`${site.http}/bytes/${size}`);
            expectDone(answer);
            assert.equal(sha256(answer.body), answer.fields.get('x-body-sha256'));
            const session = await expectOneSession({
                ...absolute(),
                method: 'GET',
                path: `/bytes/${size}`,
            });
            expectEqualPairs(session);
            expectFields(session.last, {
                bytes_proxy_to_client: size,
                status: 200,
                close_reason: 'done',
            });
        });
    }

    test('fetches a chunked answer', async () => {
        const answer = await curl(`${site.http}/chunked/300000`);
        expectDone(answer);
        assert.equal(sha256(answer.body), answer.fields.get('x-body-sha256'));
        await expectOneSession({ ...absolute(), path: '/chunked/300000' });
    });

    test('fetches an https page through CONNECT', async () => {
        const answer = await curl(`${site.https}/bytes/${MiB}`);
        expectDone(answer);
        assert.equal(sha256(answer.body), answer.fields.get('x-body-sha256'));
        const session = await expectOneSession(connect(site.origin.httpsPort));
        expectEqualPairs(session);
        assert.ok(session.last.bytes_upstream_to_proxy > MiB);
    });

    test('fetches an http page through a tunnel', async () => {
        const answer = await curl('--proxytunnel', `${site.http}/bytes/70000`);
        expectDone(answer);
        assert.equal(sha256(answer.body), answer.fields.get('x-body-sha256'));
        expectEqualPairs(await expectOneSession(connect(site.origin.httpPort)));
    });

    test('posts 10 MB after the go-ahead of the origin', async () => {
        const upload = pattern(10_000_000);
        const file = path.join(site.directory, 'upload');
        await writeFile(file, upload);
        const answer = await curl(
            '--header',
            'Expect: 100-continue',
            '--expect100-timeout',
            '30',
            '--data-binary',
            `@${file}`,
            `${site.http}/echo`,
        );
        expectDone(answer);
        assert.match(answer.heads[0], /^HTTP\/1\.1 100 /, 'the interim answer is passed on');
        const seen = JSON.parse(answer.body);
        assert.deepEqual([seen.size, seen.sha256], [upload.length, sha256(upload)]);
        const session = await expectOneSession({ ...absolute(), method: 'POST', path: '/echo' });
        expectEqualPairs(session);
        expectFields(session.last, { bytes_client_to_proxy: upload.length });
    });

    test('uploads in chunks', async () => {
        const upload = pattern(3 * MiB + 17);
        const file = path.join(site.directory, 'upload');
        await writeFile(file, upload);
        const answer = await curl(
            '--request',
            'POST',
            '--header',
            'Transfer-Encoding: chunked',
            '--upload-file',
            file,
            `${site.http}/echo`,
        );
        expectDone(answer);
        const seen = JSON.parse(answer.body);
        assert.deepEqual([seen.size, seen.sha256], [upload.length, sha256(upload)]);
        await expectOneSession({ ...absolute(), method: 'POST', path: '/echo' });
    });

    test('asks for a head only', async () => {
        const answer = await curl('--head', `${site.http}/bytes/12345`);
        expectDone(answer);
        assert.equal(answer.fields.get('content-length'), '12345');
        const session = await expectOneSession({
            ...absolute(),
            method: 'HEAD',
            path: '/bytes/12345',
        });
        expectFields(session.last, { bytes_proxy_to_client: 0 });
    });

    test('gets an answer that has no body by its status', async () => {
        const answer = await curl(`${site.http}/status/304`, `${site.http}/bytes/5`);
        assert.equal(answer.exit, 0, answer.complaint);
        assert.deepEqual(
            answer.transfers.map(({ http_code }) => http_code),
            [304, 200],
        );
        await site.proxy.newSessions(2);
    });

    test('fetches several pages over one connection', async () => {
        const pages = Array.from({ length: 10 }, (_, i) => `${site.http}/bytes/${i * 1000}`);
        const before = site.origin.connections;
        const answer = await curl(...pages);
        expectDone(answer);
        assert.equal(
            answer.transfers.reduce((sum, { num_connects }) => sum + num_connects, 0),
            1,
        );
        assert.ok(
            site.origin.connections - before <= 1,
            'the connection to the origin is kept as well',
        );
        const sessions = await site.proxy.newSessions(pages.length);
        sessions.forEach((session, i) =>
            expectAllowed(session, { ...absolute(), path: `/bytes/${i * 1000}` }),
        );
    });

    test('speaks HTTP/1.0', async () => {
        const answer = await curl('--http1.0', `${site.http}/chunked/100000`);
        expectDone(answer);
        assert.equal(sha256(answer.body), answer.fields.get('x-body-sha256'));
        assert.equal(answer.fields.get('transfer-encoding'), undefined, 'HTTP/1.0 knows no chunks');
        await expectOneSession({ ...absolute(), path: '/chunked/100000' });
    });

    test('is told what keeps it from a denied http page', async () => {
        const answer = await curl(`${site.deniedHttp}/bytes/10`);
        expectDone(answer, 403);
        assert.match(answer.fields.get('proxy-status'), /^sallyport; *error=http_request_denied/);
        assert.match(answer.fields.get('cache-control'), /no-store/);
        assert.ok(answer.body.includes(DenyRule), answer.body.toString());
        const [session] = await site.proxy.newSessions(1);
        expectDenied(session, { form: 'absolute', method: 'GET', path: '/bytes/10' });
        assert.equal(answer.fields.get('sallyport-session'), session.id);
    });

    test('is told what keeps it from a denied https page', async () => {
        const answer = await curl(`${site.deniedHttps}/bytes/10`);
        assert.equal(answer.exit, 56, answer.complaint);
        assert.equal(answer.transfers[0].http_connect, 403);
        const [session] = await site.proxy.newSessions(1);
        expectDenied(session, { form: 'connect', method: 'CONNECT', port: site.origin.httpsPort });
        assert.equal(answer.fields.get('sallyport-session'), session.id);
    });

    test('is refused a denied page between two allowed ones on the same connection', async () => {
        const answer = await curl(
            `${site.http}/bytes/1`,
            `${site.deniedHttp}/bytes/2`,
            `${site.http}/bytes/3`,
        );
        assert.equal(answer.exit, 0, answer.complaint);
        assert.deepEqual(
            answer.transfers.map(({ http_code }) => http_code),
            [200, 403, 200],
        );
        const sessions = await site.proxy.newSessions(3);
        assert.deepEqual(
            sessions.map(({ first }) => first.verdict),
            ['allow', 'deny', 'allow'],
        );
    });
});
