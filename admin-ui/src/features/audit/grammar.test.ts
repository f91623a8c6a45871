import { describe, expect, it } from 'vitest';

import { type FieldKind, isRange, parse, print, type Term } from './grammar';

const fields = new Map<string, FieldKind>([
    ['verdict', 'word'], ['host', 'name'], ['user', 'name'], ['rule', 'name'], ['rx', 'size'], ['duration', 'duration'], ['port', 'port'],
]);

function term(field: string, value: string, more: Partial<Term> = {}): Term {
    return { field, value, sense: 'is', match: 'text', ...more };
}

describe('reading a search', () => {
    it.each<[string, Term[]]>([
        ['', []],
        ['verdict:deny', [term('verdict', 'deny')]],
        ['-verdict:deny', [term('verdict', 'deny', { sense: 'not' })]],
        ['host:*.dropbox.com', [term('host', '*.dropbox.com', { match: 'pattern' })]],
        ['host:"*.dropbox.com"', [term('host', '*.dropbox.com')]],
        ['rule:"Block file sharing"', [term('rule', 'Block file sharing')]],
        ['rule:"say \\"no\\""', [term('rule', 'say "no"')]],
        ['user:""', [term('user', '')]],
        ['*.dropbox.com', [term('host', '*.dropbox.com', { match: 'pattern' })]],
        ['port:8000..8100', [term('port', '8000..8100', { match: 'range' })]],
        ['dropbox', [term('', 'dropbox')]],
        ['-dropbox', [term('', 'dropbox', { sense: 'not' })]],
        ['"-dropbox"', [term('', '-dropbox')]],
        ['rx:>10MiB', [term('rx', '>10MiB', { match: 'range' })]],
        ['duration:1s..5s', [term('duration', '1s..5s', { match: 'range' })]],
        ['port:443', [term('port', '443')]],
        ['2001:db8::1', [term('', '2001:db8::1')]],
        ['https://example.com/', [term('', 'https://example.com/')]],
        ['  user:a.okafor \t verdict:deny ', [term('user', 'a.okafor'), term('verdict', 'deny')]],
        ['-', [term('', '-')]],
    ])('%s', (text, terms) => expect(parse(text, fields)).toEqual({ terms, mistakes: [] }));

    it.each([
        ['colour:red', 'unknown-field', 0, 6],
        ['user:a -colour:red', 'unknown-field', 8, 6],
        ['verdict:', 'no-value', 0, 8],
        ['rule:"Block', 'open-quote', 5, 6],
        ['rule:Bl"ock"', 'stray-quote', 5, 7],
        ['rx:>much', 'not-a-range', 3, 5],
        ['rx:10MiB', 'not-a-range', 3, 5],
        ['port:1..x', 'not-a-range', 5, 4],
        ['verdict:den*', 'no-wildcard', 8, 4],
    ])('%s has the mistake %s at %i', (text, code, at, length) =>
        expect(parse(text, fields).mistakes).toEqual([{ code, at, length, text: text.slice(at, at + length) }]));

    it('keeps the terms beside a mistake', () =>
        expect(parse('user:a colour:red verdict:deny', fields).terms).toEqual([term('user', 'a'), term('verdict', 'deny')]));

    it.each([['>10MiB', true], ['>=1.5GiB', true], ['10..20KiB', true], ['>10MB', false], ['<', false], ['1..2..3', false], ['10', false]])(
        '%s is a range of sizes: %s', (text, expected) => expect(isRange(text, 'size')).toBe(expected));
});

describe('writing a search', () => {
    it('reads back as the same terms, 5,000 random lists', () => {
        const random = generator(20_261_127);
        for (let round = 0; round < 5_000; round += 1) {
            const terms = Array.from({ length: random(5) }, () => randomTerm(random));
            const text = print(terms);
            expect(parse(text, fields), text).toEqual({ terms, mistakes: [] });
        }
    });

    it('takes any text without failing, and settles, 5,000 random texts', () => {
        const random = generator(7);
        const pieces = ['verdict', ':', '"', '\\', '-', '*', ' ', 'a', '>', '..', '10MiB', 'rx', 'host', 'é', '\t', '://', 'colour', '<='];
        for (let round = 0; round < 5_000; round += 1) {
            const text = Array.from({ length: random(12) }, () => pieces[random(pieces.length)]).join('');
            const reading = parse(text, fields);
            for (const mistake of reading.mistakes) expect(text.slice(mistake.at, mistake.at + mistake.length)).toBe(mistake.text);
            expect(parse(print(reading.terms), fields), text).toEqual({ terms: reading.terms, mistakes: [] });
        }
    });
});

/** Numbers below `limit` that are the same in every run (mulberry32). */
function generator(seed: number): (limit: number) => number {
    let state = seed;
    return (limit) => {
        state = (state + 0x6d2b79f5) | 0;
        let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
        mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
        return ((mixed ^ (mixed >>> 14)) >>> 0) % limit;
    };
}

function randomTerm(random: (limit: number) => number): Term {
    const names = ['', ...fields.keys()];
    const field = names[random(names.length)] ?? '';
    const sense = random(2) === 0 ? 'is' : 'not';
    if (field === 'rx') return { field, sense, match: 'range', value: ['>10MiB', '<=3', '1KiB..2GiB'][random(3)] ?? '' };
    if (field === 'duration') return { field, sense, match: 'range', value: ['>1s', '<=300ms', '1.5s..2h'][random(3)] ?? '' };
    const alphabet = 'ab.-:"\\ \t<>é,/10*';
    let value = '';
    for (let length = 1 + random(8); length > 0; length -= 1) value += alphabet[random(alphabet.length)];
    if (field && fields.get(field) === 'name' && random(4) === 0) {
        return { field, sense, match: 'pattern', value: value.replace(/[^ab.*é]/g, 'x') + '*' };
    }
    return { field, sense, match: 'text', value };
}
