// The grammar of the search field: `field:value`, `-field:value`, `*` as a wildcard, "…" for values
// with spaces, ranges like `rx:>10MiB` and `port:8000..8100`, and bare words for a part of the host.
//
// Reads text to terms and writes terms to text, such that reading what was written gives the same
// terms. What cannot be read is kept as a mistake with its place. Knows the fields only by name; the
// server has the last word on what a value may be.

export type Sense = 'is' | 'not';
export type Match = 'text' | 'pattern' | 'range';

export interface Term {
    /** Empty: a bare word, which is looked for in the host. */
    field: string;
    sense: Sense;
    match: Match;
    /** Of a range as it was written: ">10MiB", "1s..5s". */
    value: string;
}

export type MistakeCode = 'no-value' | 'open-quote' | 'unknown-field' | 'not-a-range' | 'no-wildcard' | 'stray-quote';

export interface Mistake {
    code: MistakeCode;
    /** Place in the text, in UTF-16 units. */
    at: number;
    length: number;
    /** What stands there. */
    text: string;
}

export interface Reading {
    terms: Term[];
    mistakes: Mistake[];
}

/** What the grammar must know of a field: `name` takes wildcards, the last three take ranges. */
export type FieldKind = 'word' | 'name' | 'size' | 'duration' | 'port';
export type FieldKinds = ReadonlyMap<string, FieldKind>;
type AmountKind = Exclude<FieldKind, 'word' | 'name'>;

const FieldName = /^[a-z][a-z0-9_]*$/;
const Amounts: Record<AmountKind, RegExp> = {
    size: /^\d+(\.\d+)?([KMG]iB|B)?$/,
    duration: /^\d+(\.\d+)?(ms|s|m|h)?$/,
    port: /^\d{1,5}$/,
};

/** The words of the text with their places; quotes hold a word together. */
interface Word {
    at: number;
    text: string;
    open: boolean;
}

export function splitWords(text: string): Word[] {
    const words: Word[] = [];
    let at = 0;
    while (at < text.length) {
        if (isSpace(text[at])) {
            at += 1;
            continue;
        }
        const begin = at;
        let quoted = false;
        while (at < text.length && (quoted || !isSpace(text[at]))) {
            if (quoted && text[at] === '\\') at += 1;
            else if (text[at] === '"') quoted = !quoted;
            at += 1;
        }
        at = Math.min(at, text.length);
        words.push({ at: begin, text: text.slice(begin, at), open: quoted });
    }
    return words;
}

function isSpace(char: string | undefined): boolean {
    return char === ' ' || char === '\t' || char === '\n' || char === '\r' || char === '\u00a0';
}

export function parse(text: string, fields: FieldKinds): Reading {
    const reading: Reading = { terms: [], mistakes: [] };
    for (const word of splitWords(text)) readWord(word, fields, reading);
    return reading;
}

function readWord(word: Word, fields: FieldKinds, reading: Reading): void {
    const mistake = (code: MistakeCode, from = 0, length = word.text.length - from) =>
        reading.mistakes.push({ code, at: word.at + from, length, text: word.text.slice(from, from + length) });
    if (word.open) {
        mistake('open-quote', word.text.indexOf('"'));
        return;
    }
    const minus = word.text.startsWith('-') && word.text.length > 1 ? 1 : 0;
    const sense: Sense = minus ? 'not' : 'is';
    const colon = fieldEnd(word.text, minus);
    const field = colon < 0 ? '' : word.text.slice(minus, colon);
    if (colon >= 0 && !fields.has(field)) {
        mistake('unknown-field', minus, field.length);
        return;
    }
    const begin = colon < 0 ? minus : colon + 1;
    const raw = word.text.slice(begin);
    if (raw === '' || (raw === '""' && field === '')) {
        mistake('no-value');
        return;
    }
    if (raw.startsWith('"')) {
        if (!/^"(?:[^"\\]|\\.)*"$/s.test(raw)) {
            mistake('stray-quote', begin);
            return;
        }
        reading.terms.push({ field, sense, match: 'text', value: raw.slice(1, -1).replace(/\\(.)/gs, '$1') });
        return;
    }
    if (raw.includes('"')) {
        mistake('stray-quote', begin);
        return;
    }
    const kind = fields.get(field) ?? 'name';
    if (isAmount(kind) && (kind !== 'port' || looksLikeRange(raw))) {
        if (isRange(raw, kind)) reading.terms.push({ field, sense, match: 'range', value: raw });
        else mistake('not-a-range', begin);
    } else if (!raw.includes('*')) {
        reading.terms.push({ field, sense, match: 'text', value: raw });
    } else if (kind === 'name') {
        // A wildcard needs the whole name to be held against: a bare one is of the host.
        reading.terms.push({ field: field || 'host', sense, match: 'pattern', value: raw });
    } else {
        mistake('no-wildcard', begin);
    }
}

function isAmount(kind: FieldKind): kind is AmountKind {
    return kind !== 'word' && kind !== 'name';
}

/** Where the field's colon is; -1: a bare word, such as an IPv6 address or a URL. */
function fieldEnd(text: string, begin: number): number {
    const colon = text.indexOf(':', begin);
    return colon > begin && FieldName.test(text.slice(begin, colon)) && !text.startsWith('://', colon) ? colon : -1;
}

function looksLikeRange(value: string): boolean {
    return /^[<>]/.test(value) || value.includes('..');
}

/** ">10MiB", ">=2", "<1s", "1s..5s". */
export function isRange(value: string, kind: AmountKind): boolean {
    const amount = Amounts[kind];
    const compared = /^(?:>=|<=|>|<)(.+)$/.exec(value)?.[1];
    if (compared !== undefined) return amount.test(compared);
    const ends = value.split('..');
    return ends.length === 2 && ends.every((end) => amount.test(end));
}

export function print(terms: readonly Term[]): string {
    return terms.map(printTerm).join(' ');
}

export function printTerm(term: Term): string {
    const prefix = (term.sense === 'not' ? '-' : '') + (term.field ? `${term.field}:` : '');
    return prefix + printValue(term);
}

function printValue(term: Term): string {
    return term.match === 'text' && mustBeQuoted(term) ? `"${term.value.replace(/["\\]/g, '\\$&')}"` : term.value;
}

/** Whether, without quotes, it could be read as something else, here or on the server. */
function mustBeQuoted({ field, value }: Term): boolean {
    if (value === '' || /["\s\u00a0*]/.test(value) || looksLikeRange(value)) return true;
    if (field !== '') return value.startsWith('//'); // with the colon before it, it would be an address
    return value.startsWith('-') || value.includes(':');
}

export function sameTerm(a: Term, b: Term): boolean {
    return a.field === b.field && a.sense === b.sense && a.match === b.match && a.value === b.value;
}
