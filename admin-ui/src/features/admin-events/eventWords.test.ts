import { describe, expect, it } from 'vitest';

import { actionWords, objectWords } from './eventWords';

describe('actionWords', () => {
    it.each([['session.sign-in-failed', 'Session: sign in failed'], ['policy.rule-edit', 'Policy: rule edit'], ['pac-test.create', 'Pac test: create'], ['pac.draft-save', 'PAC: draft save'], ['start', 'Start']])('%s', (action, words) => {
        expect(actionWords(action)).toBe(words);
    });
});

describe('objectWords', () => {
    const object = 'rule d66e3d72-255d-4f6a-ac32-cab67353ce33';
    it('names a rule by its name', () => {
        expect(objectWords({ object, before: null, after: { name: 'Block' } })).toBe('rule “Block”');
        expect(objectWords({ object, before: { name: 'Block' }, after: null })).toBe('rule “Block”');
    });
    it('says what is recorded when there is no name', () => {
        expect(objectWords({ object, before: null, after: null })).toBe(object);
        expect(objectWords({ object: 'threat-feed', before: null, after: { name: 'x' } })).toBe('threat-feed');
        expect(objectWords({ object: null, before: null, after: null })).toBeNull();
    });
});
