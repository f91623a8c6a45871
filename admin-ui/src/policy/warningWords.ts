// What the server's analysis says of a rule, beside the rule: without naming it once more.
import type { PolicyWarning } from './types';
import { policyTexts } from './texts';

/** The server quotes as a terminal does. */
export function withQuotes(text: string): string {
    return text.replace(/"([^"]*)"/g, '“$1”');
}

/** `other`: the rule it names, if it is known. */
export function warningWords({ kind, text }: Pick<PolicyWarning, 'kind' | 'text'>, other: { number: number; name: string } | undefined): string {
    if (kind === 'partly-covered' && other) return policyTexts.partlyCovered(other.number, other.name);
    const rest = text.replace(/^\w+ rule \d+ "[^"]*" (?:is (?=never reached))?/, '');
    return withQuotes(rest.charAt(0).toUpperCase() + rest.slice(1));
}

/** The result of a policy test, whose name stands before it or is wanted in front. */
export function testWords(text: string): string {
    return withQuotes(text.replace(/^(?:FAILED|passed) /, ''));
}
