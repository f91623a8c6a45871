import { describe, expect, it } from 'vitest';

import { AllColumns, FirstColumns, readColumns, shownColumns, withColumn, withoutColumn, writeColumns } from './columns';
import { facetFields } from './fields';
import { type Filter, fromParams, groupsOf, senseOf, toggled, toParams, withTerm } from './filter';
import type { Term } from './grammar';
import { type PageState, readAddress, writeAddress } from './pageAddress';

function term(field: string, value: string, more: Partial<Term> = {}): Term {
    return { field, value, sense: 'is', match: 'text', ...more };
}

describe('parameters', () => {
    it.each<[string, Filter, string]>([
        ['a facet', [term('verdict', 'deny')], 'verdict=deny'],
        ['one excluded', [term('user', 'a.okafor', { sense: 'not' })], 'user=%21a.okafor'],
        ['two of a field', [term('host', 'a.example'), term('host', 'b.example')], 'host=a.example&host=b.example'],
        ['nobody', [term('user', '')], 'user='],
        ['anybody', [term('user', '', { sense: 'not' })], 'user=%21'],
        ['a pattern', [term('host', '*.example', { match: 'pattern' })], 'q=host%3A*.example'],
        ['a word', [term('', 'dropbox')], 'q=dropbox'],
        ['a range', [term('rx', '>10MiB', { match: 'range' })], 'q=rx%3A%3E10MiB'],
        ['a value with a !', [term('rule', '!important')], 'q=rule%3A%21important'],
    ])('%s', (_name, filter, expected) => {
        const params = new URLSearchParams();
        for (const [name, value] of Object.entries(toParams(filter)))
            for (const each of [value].flat()) params.append(name, each);
        expect(params.toString()).toBe(expected);
        expect(fromParams(params)).toEqual(filter);
    });

    it('takes a facet also in the words of the grammar', () =>
        expect(fromParams(new URLSearchParams('q=verdict:deny'))).toEqual([term('verdict', 'deny')]));
});

describe('changing a filter', () => {
    const denied: Filter = [term('verdict', 'deny')];
    it('chooses and lets go', () => {
        expect(toggled([], 'verdict', 'deny', 'is')).toEqual(denied);
        expect(toggled(denied, 'verdict', 'deny', 'is')).toEqual([]);
    });
    it('cannot want and exclude the same', () =>
        expect(toggled(denied, 'verdict', 'deny', 'not')).toEqual([term('verdict', 'deny', { sense: 'not' })]));
    it('does not take a term twice', () => expect(withTerm(denied, term('verdict', 'deny'))).toBe(denied));
    it('says how a value stands', () => {
        expect(senseOf(denied, 'verdict', 'deny')).toBe('is');
        expect(senseOf(denied, 'verdict', 'allow')).toBeNull();
    });
    it('groups what one of must hold', () =>
        expect(groupsOf([term('host', 'a'), term('verdict', 'deny'), term('host', 'b'), term('host', 'c', { sense: 'not' })]))
            .toHaveLength(3));
});

describe('columns', () => {
    it('reads back', () => expect(readColumns(writeColumns(['time', 'version']))).toEqual(['time', 'version']));
    it('does not mention the first choice', () => expect(writeColumns(FirstColumns)).toBeNull());
    it.each([null, '', 'colour'])('takes the first choice for %s', (text) => expect(readColumns(text)).toEqual(FirstColumns));
    it('keeps their order', () => expect(withColumn(['time', 'duration'], 'user')).toEqual(['time', 'user', 'duration']));
    it('keeps one', () => expect(withoutColumn(['time'], 'time')).toEqual(['time']));
    it('shows fewer on a phone unless they were chosen', () => {
        expect(shownColumns(FirstColumns, 'closed', 'phone')).toEqual(['time', 'verdict', 'destination']);
        expect(shownColumns(['time', 'status'], 'closed', 'phone')).toEqual(['time', 'status']);
    });
    it('shows fewer beside an open detail, but never none', () => {
        expect(shownColumns(FirstColumns, 'open', 'wide')).toEqual(['time', 'verdict', 'user', 'destination']);
        expect(shownColumns(['status'], 'open', 'wide')).toEqual(['status']);
    });
    it('has them all in the table', () => expect(AllColumns).toEqual(expect.arrayContaining([...FirstColumns])));
});

describe('the address', () => {
    it.each<[string, Partial<PageState>]>([
        ['the first visit', {}],
        ['relative time', { period: { kind: 'last', seconds: 86_400 } }],
        ['absolute time', { period: { kind: 'between', from: 1_763_856_000_000, to: 1_763_860_000_123 } }],
        ['every facet', { filter: facetFields.flatMap((field) => [term(field, '443'), term(field, '80', { sense: 'not' })]) }],
        ['words and ranges', { filter: [term('', 'drop box'), term('rx', '1B..2KiB', { match: 'range' })] }],
        ['a brush', { brush: { kind: 'between', from: 1_763_856_000_000, to: 1_763_857_000_000 } }],
        ['columns', { columns: ['time', 'rule'] }],
        ['live', { view: 'live' }],
        ['an open session', { id: '0195e0b4-7d3c-7aaa-8bbb-000000000000' }],
    ])('reads back: %s', (_name, change) => {
        const state: PageState = { ...readAddress(new URLSearchParams()), ...change };
        expect(readAddress(new URLSearchParams(writeAddress(state).toString()))).toEqual(state);
    });

    it.each(['last=1y', 'from=2026-01-01T00:00:00Z', 'from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z', 'brush=x..y', 'cols=,', 'live=yes'])(
        'takes the standard for %s', (text) => expect(readAddress(new URLSearchParams(text))).toEqual(readAddress(new URLSearchParams())));
});
