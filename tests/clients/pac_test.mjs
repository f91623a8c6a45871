// Evaluates a proxy auto-configuration file as a browser does, and checks where it sends requests.
//
//   node tests/clients/pac_test.mjs FILE --proxy HOST:PORT [--direct ENTRY]...
//
// ENTRY is one of the entries the file was made from: ".suffix", "host" or an IPv4 network in CIDR notation. The look-up
// functions of PAC are there, but calling one fails the test: the file must never resolve a name.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { parseArgs } from 'node:util';
import vm from 'node:vm';

const { values: options, positionals } = parseArgs({
    allowPositionals: true,
    options: { proxy: { type: 'string' }, direct: { type: 'string', multiple: true, default: [] } },
});
if (positionals.length !== 1 || !options.proxy) {
    console.error('usage: node pac_test.mjs FILE --proxy HOST:PORT [--direct ENTRY]...');
    process.exit(2);
}

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
vm.runInContext(readFileSync(positionals[0], 'utf8'), context, { filename: positionals[0] });

const Proxied = `PROXY ${options.proxy}`;
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

for (const entry of options.direct) {
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
