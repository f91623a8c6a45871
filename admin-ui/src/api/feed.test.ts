import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { LiveFeed, pauseBefore } from './feed';

class FakeSocket {
    readyState = 0;
    sent: Array<Record<string, unknown>> = [];
    onopen: (() => void) | null = null;
    onclose: ((event: { code: number }) => void) | null = null;
    onmessage: ((event: { data: string }) => void) | null = null;
    send(text: string): void {
        this.sent.push(JSON.parse(text) as Record<string, unknown>);
    }
    close(): void {
        this.readyState = 3;
    }
    accept(): void {
        this.readyState = 1;
        this.onopen?.();
    }
    drop(code = 1006): void {
        this.readyState = 3;
        this.onclose?.({ code });
    }
    say(message: unknown): void {
        this.onmessage?.({ data: JSON.stringify(message) });
    }
}

let sockets: FakeSocket[];
let expired: number;
function feed(): LiveFeed {
    return new LiveFeed({
        open: () => {
            const socket = new FakeSocket();
            sockets.push(socket);
            return socket as unknown as WebSocket;
        },
        random: () => 0,
        onExpired: () => {
            expired += 1;
        },
    });
}
const last = () => sockets.at(-1) as FakeSocket;

beforeEach(() => {
    sockets = [];
    expired = 0;
    vi.useFakeTimers();
});
afterEach(() => {
    vi.useRealTimers();
});

describe('LiveFeed', () => {
    it('connects with the first subscription and asks for it', () => {
        const live = feed();
        live.subscribe({ channel: 'metrics', onData: () => undefined });
        expect(sockets).toHaveLength(1);
        last().accept();
        expect(last().sent).toEqual([{ op: 'sub', id: '1', ch: 'metrics' }]);
        expect(live.current().state).toBe('open');
    });
    it('ignores what came twice or late, and reports a hole', () => {
        const live = feed();
        const seen: unknown[] = [];
        let gaps = 0;
        live.subscribe({ channel: 'sessions', onData: (data) => seen.push(data), onGap: () => (gaps += 1) });
        last().accept();
        for (const seq of [1, 2, 2, 1, 3]) last().say({ id: '1', seq, at: '', data: seq });
        expect(seen).toEqual([1, 2, 3]);
        expect(gaps).toBe(0);
        last().say({ id: '1', seq: 6, at: '', data: 6 });
        expect(gaps).toBe(1);
        last().say({ id: '1', gap: true });
        expect(gaps).toBe(2);
    });
    it('tells when it is not, or not any more, told', () => {
        const live = feed();
        const seen: unknown[] = [];
        live.subscribe({ channel: 'audit', onData: (data) => seen.push(data), onRefused: ({ detail }) => seen.push(detail) });
        live.subscribe({ channel: 'health', onData: (data) => seen.push(data) });
        last().accept();
        last().say({ id: '1', error: { code: 'refused', detail: 'not any more' } });
        last().say({ id: '2', error: { code: 'refused', detail: 'nobody asks' } });
        expect(seen).toEqual(['not any more']);
    });
    it('subscribes again after a break and asks to refetch', () => {
        const live = feed();
        let gaps = 0;
        live.subscribe({ channel: 'policy', onData: () => undefined, onGap: () => (gaps += 1) });
        last().accept();
        expect(gaps).toBe(0);
        last().drop();
        expect(live.current()).toMatchObject({ state: 'waiting' });
        vi.advanceTimersByTime(1000);
        expect(sockets).toHaveLength(2);
        last().accept();
        expect(last().sent).toHaveLength(1);
        expect(gaps).toBe(1);
        expect(live.current().downSince).toBeNull();
    });
    it('drops what comes for a subscription that has ended', () => {
        const live = feed();
        const seen: unknown[] = [];
        const end = live.subscribe({ channel: 'audit', onData: (data) => seen.push(data) });
        last().accept();
        end();
        last().say({ id: '1', seq: 1, at: '', data: 'late' });
        expect(seen).toEqual([]);
        expect(last().sent.at(-1)).toEqual({ op: 'unsub', id: '1' });
    });
    it('asks who is signed in when the sign-in has ended, and does not retry', () => {
        const live = feed();
        live.subscribe({ channel: 'health', onData: () => undefined });
        last().accept();
        last().drop(4401);
        vi.advanceTimersByTime(60_000);
        expect(sockets).toHaveLength(1);
        expect(expired).toBe(1);
        live.retryNow();
        expect(sockets).toHaveLength(2);
    });
    it('asks for the new role, and goes on with it', () => {
        const live = feed();
        live.subscribe({ channel: 'health', onData: () => undefined });
        last().accept();
        last().drop(4403);
        expect(expired).toBe(1);
        vi.advanceTimersByTime(1000);
        expect(sockets).toHaveLength(2);
        last().accept();
        expect(last().sent).toHaveLength(1);
    });
    it('waits 1, 2, 4 … 30 s, a quarter less at most', () => {
        expect([0, 1, 2, 3, 4, 5, 9, 50].map((attempt) => pauseBefore(attempt, 0) / 1000)).toEqual([1, 2, 4, 8, 16, 30, 30, 30]);
        expect(pauseBefore(5, 1)).toBe(22_500);
    });
});
