import { describe, expect, it } from 'vitest';

import { sampleRow } from './sample';
import { whatIfAddress } from './whatIfAddress';

function asked(...[row, whatIf]: [Parameters<typeof sampleRow>[1]?, Record<string, unknown>?]): Record<string, string> {
    const address = whatIfAddress({ row: sampleRow(1, row), ...(whatIf && { what_if: whatIf }) });
    return Object.fromEntries(new URL(address ?? '', 'http://localhost').searchParams);
}

describe('the address of the what-if of a session', () => {
    it('says which version decided', () => {
        expect(asked({ policy_version: 42 })).toMatchObject({ policy: 'live', record: '42' });
        expect(asked({ policy_version: null })).not.toHaveProperty('record');
    });
    it.each([
        ['connect', 'CONNECT', { proto: 'connect', url: 'host1.example:443' }],
        ['tls', 'CONNECT', { proto: 'connect', content: 'tls', url: 'host1.example:443' }],
        ['ssh', 'CONNECT', { proto: 'connect', content: 'ssh', url: 'host1.example:443' }],
        ['websocket', 'CONNECT', { proto: 'connect', content: 'websocket', url: 'host1.example:443' }],
        ['websocket', 'GET', { proto: 'websocket', url: 'ws://host1.example:443/' }],
        ['http', 'POST', { proto: 'http', method: 'POST', url: 'http://host1.example:443/' }],
    ] as const)('asks for %s by %s in words of the what-if', (protocol, method, expected) => {
        expect(asked({ protocol, method })).toMatchObject(expected);
    });
    it('takes the facts that were kept', () => {
        const kept = { protocol: 'connect', content: 'tls', sni: 'a.example', address: '192.0.2.1', host: 'b.example', client_ip: '10.0.0.9', method: 'CONNECT' };
        const made = asked({ protocol: 'connect' }, kept);
        expect(made).toMatchObject({ proto: 'connect', content: 'tls', sni: 'a.example', address: '192.0.2.1', url: 'b.example:443', ip: '10.0.0.9' });
        expect(made).not.toHaveProperty('method');
        expect(asked({ protocol: 'http', method: 'GET', port: 80 }, { protocol: 'http', host: 'b.example', path: '/a', method: 'GET' })).toMatchObject({ url: 'http://b.example/a', method: 'GET' });
    });
});
