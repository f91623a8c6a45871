// What the four steps gather, and what is sent at the end.
import * as v from 'valibot';

import type { Schema } from '../../api/types';
import { setupTexts as texts } from './texts';

export const adminSchema = v.pipe(
    v.object({
        name: v.pipe(v.string(), v.trim(), v.regex(/^[A-Za-z0-9][A-Za-z0-9._@-]{0,63}$/, texts.admin.nameWrong)),
        display: v.string(),
        password: v.pipe(v.string(), v.minLength(12, texts.admin.tooShort), v.maxLength(200)),
        repeat: v.string(),
        second: v.picklist(['now', 'later']),
        /** The first code of the authenticator was right. */
        checked: v.boolean(),
    }),
    v.forward(v.check((input) => input.password === input.repeat, texts.admin.notSame), ['repeat']),
    v.forward(v.check((input) => input.second === 'later' || input.checked, texts.totp.codeMissing), ['checked']),
);

export const listenSchema = v.object({
    address: v.pipe(v.string(), v.trim(), v.nonEmpty(texts.listen.addressMissing)),
    port: v.nullable(v.pipe(v.number(texts.listen.portWrong), v.integer(texts.listen.portWrong), v.minValue(1, texts.listen.portWrong), v.maxValue(65_535, texts.listen.portWrong))),
});

export const policySchema = v.pipe(
    v.object({ kind: v.picklist(['keep', 'watch', 'deny_all', 'import']), hosts: v.string(), document: v.string() }),
    v.forward(v.check((input) => input.kind !== 'import' || input.document.trim() !== '', texts.policy.documentMissing), ['document']),
);

export type AdminValues = v.InferInput<typeof adminSchema>;
export type ListenValues = v.InferInput<typeof listenSchema>;
export type PolicyValues = v.InferInput<typeof policySchema>;

export function startingValues(facts: Schema<'SetupFacts'>): { admin: AdminValues; listen: ListenValues; policy: PolicyValues } {
    return {
        admin: { name: '', display: '', password: '', repeat: '', second: 'now', checked: false },
        listen: { address: facts.listener.address, port: facts.listener.port },
        policy: { kind: 'keep', hosts: '', document: '' },
    };
}

export function setupInput(token: string, facts: Schema<'SetupFacts'>, admin: AdminValues, listen: ListenValues, policy: PolicyValues): Schema<'SetupInput'> {
    return {
        token,
        admin: {
            name: admin.name.trim(),
            password: admin.password,
            totp: admin.second === 'now' && admin.checked,
            ...(admin.display.trim() ? { display: admin.display.trim() } : {}),
        },
        ...(isMoved(facts, listen) ? { listener: { address: listen.address.trim(), port: listen.port as number } } : {}),
        starting_policy: { kind: policy.kind, ...documentOf(policy) },
    };
}

function isMoved(facts: Schema<'SetupFacts'>, listen: ListenValues): boolean {
    return facts.can_change_listener && listen.port !== null
        && (listen.address.trim() !== facts.listener.address || listen.port !== facts.listener.port);
}

/** HOST:PORT; a listener on all interfaces is reached under the name this page was opened with. */
export function proxyAddress({ address, port }: ListenValues): string {
    const any = ['0.0.0.0', '::', ''].includes(address.trim());
    const host = any ? location.hostname : address.trim();
    return `${host.includes(':') && !host.startsWith('[') ? `[${host}]` : host}:${port ?? ''}`;
}

/** The server tells the URL of where it listens now. */
export function pacUrlOf(facts: Schema<'SetupFacts'>, listen: ListenValues): string {
    return isMoved(facts, listen) ? `http://${proxyAddress(listen)}/proxy.pac` : facts.pac_url;
}

function documentOf(policy: PolicyValues): { document?: string } {
    if (policy.kind === 'import') return { document: policy.document };
    if (policy.kind === 'deny_all') return { document: JSON.stringify({ hosts: hostsOf(policy.hosts) }) };
    return {};
}

/** One in each line; what is after # is a remark. */
export function hostsOf(text: string): string[] {
    return [...new Set(text.split('\n').map((line) => line.replace(/#.*/, '').trim().toLowerCase()).filter(Boolean))];
}
