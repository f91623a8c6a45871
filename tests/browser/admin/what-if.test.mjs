// The what-if and the proxy are one matcher: what it says of random requests is what the proxy then
// decides of them, by the same rule.
import assert from 'node:assert/strict';
import http from 'node:http';
import { after, before, describe, it } from 'node:test';

import { Loopback, LoopbackGuard } from './Loopback.mjs';
import { publishDocument } from './publishDocument.mjs';
import { Random } from './Random.mjs';
import { Site, settled, until } from './Site.mjs';

const Requests = 200;
const OnPage = 6;
const DecidedInTunnel = ['first-bytes', 'running-session'];
const Names = ['www.shop.test', 'shop.test', 'api.shop.test', 'files.test', 'a.files.test', 'chat.test', 'mail.test', 'other.test'];
const Hosts = [...Names, '127.0.0.1', '127.0.0.2', '127.0.1.9'];
const Methods = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'CONNECT'];
const Paths = ['/', '/admin', '/admin/users', '/Admin/users', '/public/../admin/', '/api/v1/items', '/api/v2/items?all=1', '/%61dmin/x', '/download/big.iso'];

/// `ports` are two that somebody listens on, and one where nobody does.
function policyFor([first, second, closed]) {
    const unless = { method: ['GET', 'HEAD'] };
    return {
        format: 1,
        guard: [
            { name: 'Not the second', action: 'deny', when: { address: ['127.0.0.2/32'] } },
            LoopbackGuard,
        ],
        emergency: [{ name: 'Mail is shut off', action: 'deny', expires: '2040-01-01T00:00:00Z', when: { host: ['mail.test'], port: [first] } }],
        access: [
            { name: 'Only reports', action: 'deny', mode: 'report', when: { host: ['*.shop.test'] } },
            { name: 'Switched off', action: 'deny', enabled: false },
            { name: 'Expired', action: 'deny', expires: '2020-01-01T00:00:00Z' },
            { name: 'Nobody from elsewhere', action: 'allow', when: { client: ['10.0.0.0/8'] } },
            { name: 'No admin pages', action: 'deny', when: { path: ['/admin'], not: { host: ['api.shop.test'] } } },
            { name: 'Shop reads', action: 'allow', when: { host: ['*.shop.test'], ...unless } },
            { name: 'Shop writes', action: 'deny', when: { host: ['www.shop.test'], method: ['PUT', 'DELETE'] } },
            { name: 'The API', action: 'allow', when: { host: ['api.shop.test'], port: [`${first}-${first + 1}`, second] } },
            { name: 'Files by name', action: 'deny', when: { host: ['regex:^a\\.files\\.'] } },
            { name: 'Tunnels to files', action: 'allow', when: { host: ['files.test', '*.files.test'], protocol: ['connect'] } },
            { name: 'Plain files', action: 'allow', when: { host: ['files.test'], query: ['all=1'] } },
            { name: 'Closed port', action: 'allow', when: { port: [closed] } },
            { name: 'A network', action: 'allow', when: { address: ['127.0.1.0/24', '127.0.0.2/32'] } },
            { name: 'Chat from here', action: 'allow', when: { host: ['chat.test', 'mail.test'], client: ['127.0.0.0/8'], not: { method: ['OPTIONS'] } } },
        ],
        defaults: { access: 'deny' },
    };
}

describe('what-if', () => {
    let loopback;
    let other;
    let site;
    let page;
    let ports;
    let random;

    before(async () => {
        loopback = await Loopback.start(Names);
        other = await Loopback.start([]);
        site = await Site.start(...loopback.settings);
        page = await site.setUp();
        ports = [loopback.port, other.port, 9];
        await publishDocument(site, page, policyFor(ports));
    });
    after(async () => {
        await site?.stop();
        await loopback?.stop();
        await other?.stop();
    });

    function randomRequest() {
        const host = random.of(Hosts);
        const method = random.of(Methods);
        const port = random.of(ports);
        return method === 'CONNECT' ? { host, port, method } : { host, port, method, path: random.of(Paths) };
    }

    const addressOf = (host) => (/^\d/.test(host) ? host : '127.0.0.1');

    async function whatIf({ host, port, method, path }) {
        const asked = { policy: 'live', client_ip: '127.0.0.1', host, port, method, address: addressOf(host) };
        const { status, body } = await site.api(page, 'POST', '/policy/what-if', { ...asked, ...(path ? { protocol: 'http', path } : { protocol: 'connect' }) });
        assert.equal(status, 200, JSON.stringify(body));
        return body.results[0];
    }

    it(`says of ${Requests} random requests what the proxy decides of them`, async () => {
        random = new Random();
        console.log(`the requests come again with SALLYPORT_SEED=${random.seed}`);
        const asked = [];
        for (let i = 0; i < Requests; ++i) {
            const request = randomRequest();
            const said = await whatIf(request);
            const status = await send(site.proxyPort, request);
            assert.equal(status === 403, said.verdict === 'deny', `${JSON.stringify(request)} got ${status}, but what-if says: ${said.sentence}`);
            asked.push({ request, said });
        }
        const records = await recordedSessions(Requests);
        for (const [at, { request, said }] of asked.entries()) expectSame(records[at], request, said);
        const kinds = new Set(asked.map(({ said }) => said.sentence));
        assert.ok(kinds.size > 10, `few kinds of answers: ${[...kinds].join(' ')}`);
        assert.deepEqual(site.newFaults(), []);
    });

    it('says so on its page', async () => {
        await page.goto(`${site.base}/what-if?policy=live`);
        await settled(page);
        await page.getByText('Facts that come later').click();
        for (let i = 0; i < OnPage; ++i) {
            const request = randomRequest();
            const { host, port, method, path: target } = request;
            const said = await whatIf(request);
            await page.getByLabel('Method').fill(''); // what stands there may not fit the next
            await page.getByLabel('URL or host').fill(target ? `http://${host}:${port}${target}` : `${host}:${port}`);
            await page.getByLabel('Client address').fill('127.0.0.1');
            await page.getByLabel('Resolved address').fill(addressOf(host));
            await page.getByLabel('Method').fill(method);
            const by = said.sentence.replace(/^\w+ /, ''); // the verdict stands in front of it
            const sentence = page.getByRole('status').filter({ hasText: by });
            await sentence.getByText(said.verdict === 'deny' ? 'Denied' : 'Allowed', { exact: true }).waitFor();
            assert.equal((await send(site.proxyPort, request)) === 403, said.verdict === 'deny');
        }
        assert.deepEqual(site.newFaults(), []);
    });

    /// The sessions of the log, the oldest first.
    async function recordedSessions(wanted) {
        let items = [];
        await until(async () => {
            const { status, body } = await site.api(page, 'GET', '/audit/sessions?limit=500');
            assert.equal(status, 200);
            items = body.items;
            return items.length >= wanted;
        }, `${wanted} sessions are in the log`);
        return items.sort((a, b) => (a.time < b.time ? -1 : 1)); // each worker's come by themselves
    }
});

function expectSame(record, request, said) {
    const { host, port, method } = request;
    const what = `${JSON.stringify(record)}\nbut what-if says: ${said.sentence}`;
    assert.deepEqual({ host: record.host, port: record.port, method: record.method }, { host, port, method });
    assert.equal(record.verdict === 'error' ? 'allow' : record.verdict, said.verdict, what);
    // A tunnel that could not be opened ends before it is decided what it may carry.
    if (record.verdict === 'error' && record.rule === null) return assert.ok(DecidedInTunnel.includes(said.stage), what);
    assert.deepEqual([record.rule.layer, record.rule.id], [said.layer, said.rule_id], what);
}

/// As a client of the proxy does; gives the proxy's status.
function send(proxyPort, { host, port, method, path }) {
    const request = http.request({
        host: '127.0.0.1',
        port: proxyPort,
        method,
        path: path ? `http://${host}:${port}${path}` : `${host}:${port}`,
        headers: path ? { Host: `${host}:${port}` } : {},
        agent: false,
    });
    return new Promise((resolve, reject) => {
        request.once('error', reject);
        request.once('response', (response) => {
            response.resume();
            response.once('end', () => resolve(response.statusCode));
        });
        request.once('connect', (response, socket) => {
            socket.destroy();
            resolve(response.statusCode);
        });
        request.end();
    });
}
