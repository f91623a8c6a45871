import { describe, expect, it } from 'vitest';

import { testWords, warningWords } from './warningWords';

const other = { number: 2, name: 'Block threat feed' };

describe('warningWords', () => {
    it.each([
        ['partly-covered', 'access rule 4 "Mail" is reached only in part: rule 2 "Block threat feed" says deny and comes first where both match (it is narrower in host)', 'Partly covered by rule 2, “Block threat feed”'],
        ['never-reached', 'access rule 10 "Finance" is never reached: rule 2 "Block threat feed" covers it', 'Never reached: rule 2 “Block threat feed” covers it'],
        ['empty-list', 'access rule 1 "Later" refers to the list "later", which is empty', 'Refers to the list “later”, which is empty'],
        ['expires', 'Expires on Friday', 'Expires on Friday'],
    ] as const)('%s', (kind, text, words) => {
        expect(warningWords({ kind, text }, other)).toBe(words);
    });
    it('says what the server says of a rule that is not known', () => {
        expect(warningWords({ kind: 'partly-covered', text: 'access rule 4 "Mail" is reached only in part: rule 2 "X" says deny' }, undefined)).toBe('Is reached only in part: rule 2 “X” says deny');
    });
});

describe('testWords', () => {
    it('leaves out what its place says', () => {
        expect(testWords('FAILED "Guests": expected deny, got allow by access rule "All"')).toBe('“Guests”: expected deny, got allow by access rule “All”');
    });
});
