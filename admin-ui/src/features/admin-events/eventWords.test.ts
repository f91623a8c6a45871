import { describe, expect, it } from 'vitest';

import { actionWords, objectWords } from './eventWords';

describe('actionWords', () => {
    it.each([['session.sign-in-failed', 'Session: sign in failed'], ['policy.rule-edit', 'Policy: rule edit'], ['pac-test.create', 'Pac test: create'], ['pac.draft-save', 'PAC: draft save'], ['start', 'Start']])('%s', (action, words) => {
        expect(actionWords(action)).toBe(words);
    });
});

describe('objectWords', () => {
    it.each([
        ['rule d66e3d72-255d-42d7-b2e3-b87472dbc6d4 "Say "no"" (access)', 'rule “Say "no"” (access)'],
        ['rule d66e3d72-255d-42d7-b2e3-b87472dbc6d4', 'rule d66e3d72-255d-42d7-b2e3-b87472dbc6d4'],
        ['threat-feed', 'threat-feed'],
    ])('%s', (object, words) => {
        expect(objectWords(object)).toBe(words);
    });
});
