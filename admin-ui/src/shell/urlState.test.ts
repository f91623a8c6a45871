import { describe, expect, it } from 'vitest';

import { choice, flag, optional, readParts, several, text, writeParts } from './urlState';

const parts = { q: text(), span: choice(['15m', '1h'], '15m'), verdict: several(), live: flag(), id: optional() };

describe('url state', () => {
    it('reads defaults from an empty address', () =>
        expect(readParts(parts, '').values).toEqual({ q: '', span: '15m', verdict: [], live: false, id: null }));
    it('names what it does not know', () => expect(readParts(parts, '?foo=1&q=a&foo=2').unknown).toEqual(['foo']));
    it('falls back for a choice that does not exist', () => expect(readParts(parts, '?span=9y').values.span).toBe('15m'));
    it('does not write defaults', () => expect(writeParts(parts, readParts(parts, '').values)).toBe(''));
    it.each(['q=a+b%26c', 'span=1h', 'verdict=deny&verdict=%21allow', 'live=1', 'id=01J', 'q=x&span=1h&verdict=deny&live=1&id=7'])(
        '%s comes back as it was', (search) => expect(writeParts(parts, readParts(parts, search).values)).toBe(search));
});
