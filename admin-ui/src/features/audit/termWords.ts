// A term of the search in words, for chips and sentences: "Verdict is" "Deny".
import { printTerm, type Term } from './grammar';
import { auditTexts } from './texts';

export interface TermWords {
    field: string;
    value: string;
}

/** The label of a value where it has one: a rule's name for its id. */
export type LabelOf = (field: string, value: string) => string | undefined;

export function wordsOf(term: Term, labelOf: LabelOf): TermWords {
    const name = auditTexts.fields[term.field] ?? term.field;
    return { field: `${name}${relationOf(term)}`, value: valueOf(term, labelOf) };
}

export function sentenceOf(term: Term, labelOf: LabelOf): string {
    const { field, value } = wordsOf(term, labelOf);
    return `${field} ${value}`;
}

/** Of terms of which one must hold: "Verdict is Deny or Inspect". */
export function groupSentence(terms: readonly Term[], labelOf: LabelOf): string {
    const [first, ...others] = terms;
    if (!first) return '';
    return [sentenceOf(first, labelOf), ...others.map((term) => valueOf(term, labelOf))].join(' or ');
}

/** Reasons are codes like dns-failure. */
export function codeWords(field: string, value: string): string {
    return field === 'reason' ? value.replaceAll('-', ' ') : value;
}

function relationOf({ field, match, sense }: Term): string {
    const words = auditTexts.relation;
    if (match === 'range') return sense === 'not' ? ` ${words.notText}` : '';
    if (match === 'pattern') return ` ${sense === 'not' ? words.notPattern : words.pattern}`;
    if (field === '') return ` ${sense === 'not' ? words.notContains : words.contains}`;
    return ` ${sense === 'not' ? words.notText : words.text}`;
}

function valueOf(term: Term, labelOf: LabelOf): string {
    if (term.field === 'user' && term.value === '') return auditTexts.nobody;
    if (term.match !== 'text') return printTerm({ ...term, field: '', sense: 'is' });
    if (term.field === 'verdict') return auditTexts.verdicts[term.value] ?? term.value;
    return labelOf(term.field, term.value) ?? codeWords(term.field, term.value);
}
