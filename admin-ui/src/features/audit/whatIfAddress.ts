// Where a recorded session can be asked again: the what-if page, filled from the record.
import type { SessionDetail } from './requests';

/** Null when the record does not hold enough to ask. */
export function whatIfAddress({ row, what_if: asked }: Pick<SessionDetail, 'row' | 'what_if'>): string | null {
    const host = text(asked?.host) ?? row.host;
    if (!host) return null;
    const params = new URLSearchParams();
    params.set('policy', 'live');
    params.set('url', urlOf(host, row));
    const user = text(asked?.user) ?? (row.user_masked ? null : row.user);
    if (user) params.set('user', user);
    params.set('ip', text(asked?.client_ip) ?? row.client);
    params.set('at', text(asked?.at) ?? row.time);
    const protocol = text(asked?.protocol) ?? row.protocol;
    if (protocol) params.set('proto', protocol);
    return `/what-if?${params.toString()}`;
}

function urlOf(host: string, { port, protocol, method }: SessionDetail['row']): string {
    const name = host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;
    if (method === 'CONNECT' || protocol === 'connect' || protocol === 'tls') return `${name}:${port ?? 443}`;
    return `${protocol === 'websocket' ? 'ws' : 'http'}://${name}${port === null || port === 80 ? '' : `:${port}`}/`;
}

function text(value: unknown): string | null {
    return typeof value === 'string' && value !== '' ? value : null;
}
