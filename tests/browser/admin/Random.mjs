// Numbers that look random and come again with the same seed (mulberry32).
import { randomInt } from 'node:crypto';

export class Random {
    #state;

    /// Without SALLYPORT_SEED each run has a seed of its own.
    constructor(seed = Number(process.env.SALLYPORT_SEED) || randomInt(1, 2 ** 31)) {
        this.seed = seed;
        this.#state = seed;
    }

    /// From 0 to below `end`.
    below(end) {
        this.#state = (this.#state + 0x6d2b79f5) | 0;
        let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
        mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
        return ((mixed ^ (mixed >>> 14)) >>> 0) % end;
    }

    of(values) {
        return values[this.below(values.length)];
    }
}
