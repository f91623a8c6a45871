// Where a recorded session can be asked again: the what-if page, filled from the record.
import type { SessionDetail } from './requests';

/** Null when the record does not hold enough to ask. */
export function whatIfAddress({ row, what_if: asked }: Pick<SessionDetail, 'row' | 'what_if'>): string | null {
    const host = text(asked?.host) ?? row.host;
    if (!host) return null;
    const way = wayOf(row, text(asked?.protocol), text(asked?.content));
    const params = new URLSearchParams();
    const put = (name: string, value: string | null) => {
        if (value) params.set(name, value);
    };
    put('policy', 'live');
    put('url', urlOf(host, row.port, way.proto, text(asked?.path)));
    put('user', text(asked?.user) ?? (row.user_masked ? null : row.user));
    put('ip', text(asked?.client_ip) ?? row.client);
    put('at', text(asked?.at) ?? row.time);
    put('proto', way.proto);
    put('content', way.content);
    put('address', text(asked?.address));
    put('sni', text(asked?.sni));
    put('method', way.proto === 'http' ? text(asked?.method) ?? row.method : null);
    put('record', row.policy_version === null ? null : String(row.policy_version));
    return `/what-if?${params.toString()}`;
}

/** The log says of a tunnel what was in it; the what-if asks for the request, and for what is inside. */
function wayOf({ protocol, method }: SessionDetail['row'], asked: string | null, content: string | null): { proto: 'http' | 'websocket' | 'connect'; content: string | null } {
    const request = asked ?? (method === 'CONNECT' ? 'connect' : protocol);
    if (request === 'http' || request === 'websocket') return { proto: request, content: null };
    const inside = content ?? (asked === null ? protocol : null);
    return { proto: 'connect', content: inside === 'connect' || inside === 'http' ? null : inside };
}

function urlOf(host: string, port: number | null, proto: 'http' | 'websocket' | 'connect', path: string | null): string {
    const name = host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;
    if (proto === 'connect') return `${name}:${port ?? 443}`;
    return `${proto === 'websocket' ? 'ws' : 'http'}://${name}${port === null || port === 80 ? '' : `:${port}`}${path?.startsWith('/') ? path : '/'}`;
}

function text(value: unknown): string | null {
    return typeof value === 'string' && value !== '' ? value : null;
}
