// The kinds of checks a profile can have, each with what it needs, as the policy document writes them.
import type { Schema } from '../../api/types';

export type Check = Schema<'WsCheck'>;

export const Kinds = [
    'largerThan', 'patterns', 'kind', 'messages', 'messagesPerSecond', 'bytes', 'bytesPerSecond',
    'subprotocolNotIn', 'extensionNotIn', 'broken', 'notInspectable', 'beacon',
] as const;
export type Kind = (typeof Kinds)[number];

type Condition = Partial<Pick<Check, Kind | 'in'>>;

/** What a check of that kind begins with. */
const Begin: Record<Kind, Condition> = {
    largerThan: { largerThan: '1MiB' },
    patterns: { patterns: ['card-number'], in: ['text'] },
    kind: { kind: 'binary' },
    messages: { messages: 10_000 },
    messagesPerSecond: { messagesPerSecond: 50 },
    bytes: { bytes: '100MiB' },
    bytesPerSecond: { bytesPerSecond: '1MiB' },
    subprotocolNotIn: { subprotocolNotIn: ['chat'] },
    extensionNotIn: { extensionNotIn: ['permessage-deflate'] },
    broken: { broken: true },
    notInspectable: { notInspectable: true },
    beacon: { beacon: { messages: 10, bytes: '256', jitter: 10, least: '1s' } },
};

export function kindOf(check: Check): Kind {
    return Kinds.find((kind) => check[kind] !== undefined) ?? 'largerThan';
}

/** The same check looking for something else. */
export function withKind(check: Check, kind: Kind): Check {
    return { ...withoutCondition(check), ...Begin[kind] };
}

function withoutCondition(check: Check): Check {
    const conditions: readonly string[] = [...Kinds, 'in'];
    return Object.fromEntries(Object.entries(check).filter(([name]) => !conditions.includes(name))) as Check;
}

/** Slowing needs a rate; the other actions must not have one. */
export function withAction(check: Check, action: Check['action']): Check {
    const { rate: _rate, ...rest } = check;
    return action === 'slow' ? { ...rest, action, rate: check.rate ?? '64KiB' } : { ...rest, action };
}

export function newCheck(names: readonly string[], base: string): Check {
    return { name: freeName(names, base), action: 'note', ...Begin.largerThan };
}

/** "Check", "Check-2", …: names have no spaces. */
export function freeName(names: readonly string[], base: string): string {
    if (!names.includes(base)) return base;
    let number = 2;
    while (names.includes(`${base}-${number}`)) number += 1;
    return `${base}-${number}`;
}

export function moved<Item>(items: readonly Item[], from: number, to: number): Item[] {
    const others = items.filter((_, index) => index !== from);
    return [...others.slice(0, to), items[from]!, ...others.slice(to)];
}

/** As the document calls what can be wrong with a frame. */
export const Faults = [
    'reserved-opcode', 'reserved-bits', 'unmasked', 'masked', 'oversized-control', 'fragmented-control',
    'unexpected-continuation', 'unfinished-message', 'length-not-minimal', 'length-too-large',
] as const;
