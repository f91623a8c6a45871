import { describe, expect, it } from 'vitest';

import { readParts, writeParts } from '../shell/urlState';
import { questionOf, targetOf, whatIfParts } from './whatIfState';

describe('what-if in the address', () => {
    it('comes back from the address as it was', () => {
        const search = 'policy=both&url=https%3A%2F%2Fa.example%2Fx&user=ann&ip=10.1.2.3&at=2026-11-27T09%3A30%3A00Z&proto=http&mode=near&address=203.0.113.9';
        const { values, unknown } = readParts(whatIfParts, search);
        expect(unknown).toEqual([]);
        expect(readParts(whatIfParts, writeParts(whatIfParts, values)).values).toEqual(values);
        expect(questionOf(values)).toEqual({
            host: 'a.example', port: 443, path: '/x', protocol: 'http', user: 'ann', client_ip: '10.1.2.3', at: '2026-11-27T09:30:00Z', address: '203.0.113.9',
        });
    });

    it('asks nothing without a destination', () => {
        expect(questionOf(readParts(whatIfParts, 'user=ann').values)).toBeNull();
    });

    it('leaves the URL to the server when the protocol is not chosen', () => {
        expect(questionOf(readParts(whatIfParts, 'url=wss%3A%2F%2Fa.example&group=A,%20B').values)).toEqual({ url: 'wss://a.example', groups: ['A', 'B'] });
    });

    it.each([
        ['https://a.example/x?y=1', { host: 'a.example', port: 443, path: '/x?y=1' }],
        ['http://a.example', { host: 'a.example', port: 80 }],
        ['a.example:8443', { host: 'a.example', port: 8443 }],
        ['a.example', { host: 'a.example', port: 443 }],
        ['http://[2001:db8::1]:81?q', { host: '2001:db8::1', port: 81, path: '/?q' }],
    ])('%s is %j', (url, expected) => expect(targetOf(url)).toEqual(expected));
});
