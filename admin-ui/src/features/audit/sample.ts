// Records for tests, as the server answers them.
import type { Facets, Histogram, SessionDetail, SessionRow } from './requests';

export function sampleRow(number: number, change: Partial<SessionRow> = {}): SessionRow {
    return {
        id: `0195e0b4-7d3c-7aaa-8bbb-${String(number).padStart(12, '0')}`,
        time: new Date(Date.parse('2026-11-27T09:41:59.471Z') - number * 1000).toISOString(),
        verdict: 'deny', state: 'refused', user: 'r.silva', user_masked: false, client: '10.20.1.53', host: `host${number}.example`, port: 443,
        protocol: 'connect', method: 'CONNECT', rule: { id: 'r10', name: 'Block file sharing', layer: 'access' }, reason: 'denied',
        policy_version: 42, status: 403, rx_bytes: null, tx_bytes: null, duration_ms: 0.4, ...change,
    };
}

export function sampleHistogram(deny: number, allow = 0): Histogram {
    return {
        from: '2026-11-27T09:00:00.000Z', bucket_s: 60, series: { deny: [deny], error: [0], inspect: [0], allow: [allow] },
        totals: { deny, allow }, rx_bytes: '0', tx_bytes: '0', marks: [], approx: false, fraction: 1, took_ms: 3,
    };
}

export function sampleFacets(): Facets {
    return {
        facets: {
            verdict: { values: [{ value: 'deny', label: 'deny', count: 12 }, { value: 'allow', label: 'allow', count: 30 }], distinct: 2 },
            user: { values: [{ value: 'r.silva', label: 'r.silva', count: 7 }, { value: '', label: '', count: 5 }], distinct: 9 },
            rule: { values: [{ value: 'r10', label: 'Block file sharing', count: 12 }], distinct: 1 },
        },
        approx: false, fraction: 1, took_ms: 5,
    };
}

export function sampleDetail(row: SessionRow): SessionDetail {
    return {
        id: row.id,
        why: {
            title: 'Denied by access rule “Block file sharing”',
            sentence: `${row.host} is in the list File sharing.`,
            parts: [{ text: row.host ?? '', kind: 'host' }, { text: ' is in the list ', kind: 'plain' }, { text: 'File sharing', kind: 'list' }, { text: '.', kind: 'plain' }],
        },
        row,
        groups: [
            { name: 'timing', fields: [{ name: 'timing_dns_ms', value: 1.2 }] },
            { name: 'tls', fields: [{ name: 'tls_sni', value: row.host ?? '' }, { name: 'tls_alpn_offered', value: ['h2', 'http/1.1'] }] },
        ],
        events: [{ seq: '7', event: 'decision', time: row.time, fields: { host: row.host } }],
        events_left_out: 0,
        considered: {
            available: true, note: null, version: 42, verdict: 'deny', agrees: true, not_recorded: ['groups'],
            rules: [
                { layer: 'access', number: 1, rule_id: 'r1', name: 'Updates', outcome: 'no', condition: 'host', detail: 'host is not in Updates' },
                { layer: 'access', number: 2, rule_id: 'r10', name: 'Block file sharing', outcome: 'match', condition: 'host', detail: null },
            ],
        },
        integrity: { first_seq: '7', last_seq: '7', file: 'a.db', checkpoint_seq: '9', checkpoint_at: row.time, verified: 'yes' },
        policy_published_at: row.time,
        policy_is_live: true,
    };
}
