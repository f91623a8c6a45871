// Short names for what the contract calls `components["schemas"]`, and the shapes every list shares.
import type { components } from './schema';

export type Schema<Name extends keyof components['schemas']> = components['schemas'][Name];

export interface Page<Item> {
    items: Item[];
    next_cursor: string | null;
    prev_cursor: string | null;
}

export type Role = Schema<'Role'>;
export type Verdict = 'allow' | 'deny' | 'inspect' | 'error';
