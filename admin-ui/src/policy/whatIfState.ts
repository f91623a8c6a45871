// What is asked in a what-if, as it stands in the address of the page, and the question it makes.
import { choice, text, type ValuesOf } from '../shell/urlState';
import type { WhatIfInput, WhatIfResult } from './types';

export const WhatIfPolicies = ['draft', 'live', 'both'] as const;
export const Protocols = ['auto', 'connect', 'http', 'websocket', 'tls'] as const;

export const whatIfParts = {
    policy: choice(WhatIfPolicies, 'draft'),
    url: text(),
    user: text(),
    ip: text(),
    at: text(),
    proto: choice(Protocols, 'auto'),
    mode: choice(['all', 'near'], 'all'),
    group: text(),
    address: text(),
    sni: text(),
    content: text(),
    method: text(),
    subprotocol: text(),
    origin: text(),
};

export type WhatIfState = ValuesOf<typeof whatIfParts>;

/** Facts that may be left open: then the answer says at which stage it is sure. */
export const LaterFacts = ['group', 'method', 'address', 'sni', 'content', 'subprotocol', 'origin'] as const;
export type LaterFact = (typeof LaterFacts)[number];

/** What the page with rules gives the what-if beside its list. */
export interface WhatIfSlotProps {
    state: WhatIfState;
    onChange(change: Partial<WhatIfState>): void;
    onResults(results: readonly WhatIfResult[] | null): void;
    onOpenRule(id: string): void;
    onClose(): void;
}

/** Null while there is nothing to ask for. */
export function questionOf(state: WhatIfState): WhatIfInput | null {
    const url = state.url.trim();
    if (url === '') return null;
    const input: WhatIfInput = state.proto === 'auto' ? { url } : { ...targetOf(url), protocol: state.proto };
    const put = (name: Exclude<keyof WhatIfInput, 'groups' | 'alpn' | 'names' | 'port' | 'protocol' | 'content'>, value: string) => {
        if (value.trim() !== '') input[name] = value.trim();
    };
    put('user', state.user);
    put('client_ip', state.ip);
    put('address', state.address);
    put('sni', state.sni);
    put('method', state.method);
    put('subprotocol', state.subprotocol);
    put('origin', state.origin);
    if (state.content !== '') input.content = state.content as NonNullable<WhatIfInput['content']>;
    const groups = state.group.split(',').map((each) => each.trim()).filter((each) => each !== '');
    if (groups.length > 0) input.groups = groups;
    if (state.at !== '') input.at = state.at;
    return input;
}

const Ports: Record<string, number> = { http: 80, ws: 80, https: 443, wss: 443 };

/** Host, port and path of what was typed, whatever kind of request is to be made of it. */
export function targetOf(url: string): Pick<WhatIfInput, 'host' | 'port' | 'path'> {
    const [, scheme, rest = ''] = /^(?:([a-z][a-z0-9+.-]*):\/\/)?(.*)$/i.exec(url) ?? [];
    const at = rest.search(/[/?]/);
    const authority = at < 0 ? rest : rest.slice(0, at);
    const path = at < 0 ? '' : rest.slice(at);
    const [, host = authority, port] = /^(\[[^\]]*\]|[^:]*)(?::(\d+))?$/.exec(authority) ?? [];
    return {
        host: host.replace(/^\[|\]$/g, ''),
        port: port ? Number(port) : Ports[scheme?.toLowerCase() ?? ''] ?? 443,
        ...(path !== '' ? { path: path.startsWith('?') ? `/${path}` : path } : {}),
    };
}
