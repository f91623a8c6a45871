import { describe, expect, it } from 'vitest';

import { readQuestion } from './question';

const id = '0195e0b4-7d3c-7aaa-8bbb-0123456789ab';

describe('what was pasted', () => {
    it.each([
        [id, { kind: 'session', session: id }],
        [id.toUpperCase(), { kind: 'session', session: id }],
        [`  Session ${id}. `, { kind: 'session', session: id }],
        ['0195e0b4', { kind: 'session', session: '0195e0b4' }],
        ['0195e0b4-7d3c', { kind: 'session', session: '0195e0b4-7d3c' }],
        ['www.example.com', { kind: 'address', url: 'www.example.com' }],
        [' https://www.example.com/a?b=1 ', { kind: 'address', url: 'https://www.example.com/a?b=1' }],
        [`https://files.example/${id}`, { kind: 'address', url: `https://files.example/${id}` }],
        ['[2001:db8::1]:443', { kind: 'address', url: '[2001:db8::1]:443' }],
        ['deadbeef.example', { kind: 'address', url: 'deadbeef.example' }],
    ])('%s', (text, expected) => expect(readQuestion(text)).toEqual(expected));
    it('is nothing when it is empty', () => expect(readQuestion('  ')).toBeNull());
});
