// Turnstile: lets at most so many requests through at once; the others wait in order. The admin
// server keeps a thread per connection, so a page must not open many.

export class Turnstile {
    private inside = 0;
    private readonly waiting: Array<() => void> = [];

    constructor(private readonly most: number) {}

    /** Rejects with the signal's reason when it is aborted while waiting. */
    async pass<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
        await this.enter(signal);
        try {
            return await work();
        } finally {
            this.leave();
        }
    }

    private enter(signal?: AbortSignal): Promise<void> {
        signal?.throwIfAborted();
        if (this.inside < this.most) {
            this.inside += 1;
            return Promise.resolve();
        }
        return new Promise((resolve, reject) => {
            const letIn = () => {
                signal?.removeEventListener('abort', giveUp);
                resolve();
            };
            const giveUp = () => {
                this.waiting.splice(this.waiting.indexOf(letIn), 1);
                reject(signal?.reason);
            };
            signal?.addEventListener('abort', giveUp, { once: true });
            this.waiting.push(letIn);
        });
    }

    private leave(): void {
        const next = this.waiting.shift();
        if (next) next(); // the place goes over: inside stays
        else this.inside -= 1;
    }
}
