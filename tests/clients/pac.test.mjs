// Evaluates the proxy auto-configuration file as a browser does, and checks where it sends requests.
//
// The look-up functions of PAC are there, but calling one fails the test: the file must never resolve a name.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import vm from 'node:vm';
import { Sallyport } from './sallyport.mjs';

const proxy = 'proxy.corp.example:3128';
const direct = ['.corp.example', 'wiki.example', '10.20.0.0/16'];

const numberOf = (address) =>
    address.split('.').reduce((sum, octet) => sum * 256 + Number(octet), 0);

function isInNet(host, base, mask) {
    assert.match(host, /^\d+\.\d+\.\d+\.\d+$/, 'isInNet on a name would resolve it');
    const bits = numberOf(mask);
    return (numberOf(host) & bits) === (numberOf(base) & bits);
}

const lookUp = (name) => () => assert.fail(`${name} was called`);
const context = vm.createContext({
    isInNet,
    dnsResolve: lookUp('dnsResolve'),
    isResolvable: lookUp('isResolvable'),
    myIpAddress: lookUp('myIpAddress'),
});

let directory;
let sallyport;
before(async () => {
    directory = mkdtempSync(path.join(tmpdir(), 'pac '));
    sallyport = await Sallyport.start({
        directory,
        policy: { format: 1 },
        hosts: {},
        options: ['--pac-proxy', proxy, ...direct.flatMap((entry) => ['--pac-direct', entry])],
    });
    const answer = await fetch(`${sallyport.url}/proxy.pac`);
    assert.equal(answer.headers.get('content-type'), 'application/x-ns-proxy-autoconfig');
    vm.runInContext(await answer.text(), context);
});
after(async () => {
    await sallyport?.stop();
    rmSync(directory, { recursive: true });
});

const Proxied = `PROXY ${proxy}`;
const schemes = ['http', 'https', 'ws', 'wss'];

function assertWay(host, expected) {
    for (const scheme of schemes) {
        const inUrl = host.includes(':') ? `[${host}]` : host;
        assert.equal(
            context.FindProxyForURL(`${scheme}://${inUrl}/`, host),
            expected,
            `${scheme}://${inUrl}/`,
        );
    }
}

describe('PAC file', () => {
    test('names with a domain go through the proxy', () => {
        for (const host of [
            'www.example',
            'a.b.c.example',
            'www.example.',
            '198.51.100.77',
            '2001:db8::77',
        ])
            assertWay(host, Proxied);
    });

    test('plain host names are direct', () => {
        for (const host of ['intranet', 'INTRANET', 'intranet.']) assertWay(host, 'DIRECT');
    });

    function firstAddressBehind(network) {
        const [base, bits] = network.split('/');
        const number = numberOf(base) + 2 ** (32 - Number(bits));
        return [24, 16, 8, 0].map((shift) => Math.floor(number / 2 ** shift) % 256).join('.');
    }

    for (const entry of direct) {
        test(`${entry} is direct`, () => {
            if (entry.startsWith('.')) {
                for (const host of [
                    entry.slice(1),
                    `a${entry}`,
                    `a.b${entry}`,
                    `A${entry.toUpperCase()}`,
                    `a${entry}.`,
                ])
                    assertWay(host, 'DIRECT');
                for (const host of [`x${entry.slice(1)}`, `${entry.slice(1)}.other.example`])
                    assertWay(host, Proxied);
            } else if (entry.includes('/')) {
                assertWay(entry.split('/')[0], 'DIRECT');
                assertWay(firstAddressBehind(entry), Proxied);
                assertWay(`${entry.split('/')[0]}.example`, Proxied);
                assertWay(`${entry.split('/')[0]}0000`, Proxied);
            } else {
                assertWay(entry, 'DIRECT');
                assertWay(`a.${entry}`, Proxied);
                assertWay(`a${entry}`, Proxied);
            }
        });
    }
});
