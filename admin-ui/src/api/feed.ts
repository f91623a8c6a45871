// LiveFeed: one WebSocket to /api/v1/live that many parts of the page subscribe to.
//
// Connects with the first subscription, subscribes everything again after a break, and tells each
// subscriber of a gap so that it asks for the whole again. Knows no React; clock and socket come
// from outside so that tests can move them.

export type Channel = 'metrics' | 'sessions' | 'audit' | 'policy' | 'health' | 'jobs';
export type FeedState = 'idle' | 'connecting' | 'open' | 'waiting' | 'refused';

export interface Subscriber {
    channel: Channel;
    filter?: unknown;
    onData(data: unknown, message: { seq: number; at: string }): void;
    /** Something was missed: fetch again. Also after every reconnection. */
    onGap?(): void;
    /** The server does not, or not any more, tell what was asked for. */
    onRefused?(refusal: Refusal): void;
}

export interface Refusal {
    code: string;
    detail: string;
}

interface ServerMessage {
    id: string;
    seq?: number;
    at?: string;
    data?: unknown;
    gap?: boolean;
    error?: Refusal;
}

export interface FeedStatus {
    state: FeedState;
    /** When the next attempt is made (Date.now()), while waiting. */
    retryAt: number | null;
    /** Since when it has been down, null while open or idle. */
    downSince: number | null;
}

const Protocol = 'sallyport.live.v1';
const LongestPause = 30_000;
const Expired = 4401;
const RoleChanged = 4403;

export interface FeedWorld {
    open(): WebSocket;
    /** Between 0 and 1. */
    random(): number;
    onExpired?(): void;
}

export class LiveFeed {
    private readonly subscribers = new Map<string, Subscriber & { seq: number }>();
    private readonly listeners = new Set<() => void>();
    private socket: WebSocket | null = null;
    private timer: ReturnType<typeof setTimeout> | null = null;
    private attempt = 0;
    private lastId = 0;
    private wasOpen = false;
    private status: FeedStatus = { state: 'idle', retryAt: null, downSince: null };

    constructor(private readonly world: FeedWorld) {}

    /** Returns the function that ends it. */
    subscribe(subscriber: Subscriber): () => void {
        this.lastId += 1;
        const id = String(this.lastId);
        this.subscribers.set(id, { ...subscriber, seq: 0 });
        if (this.socket?.readyState === WebSocket.OPEN) this.sendSubscription(id);
        else if (!this.socket && !this.timer) this.connect();
        return () => this.unsubscribe(id);
    }

    /** For useSyncExternalStore. */
    readonly watch = (listener: () => void): (() => void) => {
        this.listeners.add(listener);
        return () => this.listeners.delete(listener);
    };

    readonly current = (): FeedStatus => this.status;

    /** After a new sign-in, or when the browser says it is online again. */
    retryNow(): void {
        if (this.subscribers.size === 0 || this.socket) return;
        if (this.timer) clearTimeout(this.timer);
        this.timer = null;
        this.connect();
    }

    close(): void {
        if (this.timer) clearTimeout(this.timer);
        this.timer = null;
        const socket = this.socket;
        this.socket = null;
        socket?.close(1000);
        this.wasOpen = false;
        this.change({ state: 'idle', retryAt: null, downSince: null });
    }

    private unsubscribe(id: string): void {
        if (!this.subscribers.delete(id)) return;
        if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify({ op: 'unsub', id }));
    }

    private connect(): void {
        this.change({ ...this.status, state: 'connecting', retryAt: null });
        const socket = this.world.open();
        this.socket = socket;
        socket.onopen = () => this.opened(socket);
        socket.onmessage = (event) => this.received(event.data);
        socket.onclose = (event) => {
            if (this.socket === socket) this.closed(event.code);
        };
    }

    private opened(socket: WebSocket): void {
        if (this.socket !== socket) return;
        const again = this.wasOpen;
        this.wasOpen = true;
        this.attempt = 0;
        this.change({ state: 'open', retryAt: null, downSince: null });
        for (const [id, subscriber] of this.subscribers) {
            subscriber.seq = 0;
            this.sendSubscription(id);
            if (again) subscriber.onGap?.();
        }
    }

    private sendSubscription(id: string): void {
        const subscriber = this.subscribers.get(id);
        if (!subscriber) return;
        const { channel, filter } = subscriber;
        this.socket?.send(JSON.stringify(filter === undefined ? { op: 'sub', id, ch: channel } : { op: 'sub', id, ch: channel, filter }));
    }

    private received(text: unknown): void {
        let message: ServerMessage;
        try {
            message = JSON.parse(String(text)) as ServerMessage;
        } catch {
            return;
        }
        const subscriber = this.subscribers.get(message.id);
        if (!subscriber) return; // unsubscribed while it was under way
        if (message.gap) {
            subscriber.seq = 0;
            subscriber.onGap?.();
            return;
        }
        if (message.error) {
            subscriber.onRefused?.(message.error);
            return;
        }
        const seq = Number(message.seq ?? 0);
        if (seq > 0 && seq <= subscriber.seq) return; // came twice or late
        if (seq > 0 && subscriber.seq > 0 && seq > subscriber.seq + 1) subscriber.onGap?.();
        subscriber.seq = seq;
        subscriber.onData(message.data, { seq, at: message.at ?? '' });
    }

    private closed(code: number): void {
        this.socket = null;
        const downSince = this.status.downSince ?? Date.now();
        if (code === Expired || code === RoleChanged) this.world.onExpired?.();
        if (code === Expired) {
            this.change({ state: 'refused', retryAt: null, downSince });
            return;
        }
        if (this.subscribers.size === 0) {
            this.change({ state: 'idle', retryAt: null, downSince: null });
            return;
        }
        const pause = pauseBefore(this.attempt, this.world.random());
        this.attempt += 1;
        this.change({ state: 'waiting', retryAt: Date.now() + pause, downSince });
        this.timer = setTimeout(() => {
            this.timer = null;
            this.connect();
        }, pause);
    }

    private change(status: FeedStatus): void {
        this.status = status;
        for (const listener of this.listeners) listener();
    }
}

/** 1, 2, 4 … 30 s, each shortened by up to a quarter so that browsers do not come back together. */
export function pauseBefore(attempt: number, random: number): number {
    const full = Math.min(LongestPause, 1000 * 2 ** Math.min(attempt, 10));
    return Math.round(full * (1 - 0.25 * random));
}

export function openSocket(): WebSocket {
    const scheme = location.protocol === 'https:' ? 'wss:' : 'ws:';
    return new WebSocket(`${scheme}//${location.host}/api/v1/live`, Protocol);
}
