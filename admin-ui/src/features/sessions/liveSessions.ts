// The open sessions as the live feed tells them: a first picture, then changes. Pure.
import type { Schema } from '../../api/types';

export type LiveSession = Schema<'LiveSession'>;
export type Change = Schema<'LiveSessionsChange'>;

export interface Picture {
    byId: ReadonlyMap<string, LiveSession>;
    /** That fit the filter, shown or not. */
    total: number;
}

export const emptyPicture: Picture = { byId: new Map(), total: 0 };

export function pictureOf(list: Pick<Schema<'SessionList'>, 'items' | 'total'>): Picture {
    return { byId: new Map(list.items.map((item) => [item.id, item])), total: list.total };
}

/** Doubles and unknown ids do no harm: the feed may repeat itself after a gap. */
export function applyChange(before: Picture, change: Change): Picture {
    const byId = new Map(before.byId);
    for (const id of change.close) byId.delete(id);
    for (const session of change.open) byId.set(session.id, session);
    for (const [id, rate] of Object.entries(change.rate)) {
        const session = byId.get(id);
        if (session) byId.set(id, { ...session, rate_up: rate.up, rate_down: rate.down, bytes_up: rate.bytes_up, bytes_down: rate.bytes_down });
    }
    return { byId, total: change.total };
}

/** How many are in `latest` that `shown` does not have. */
export function freshIn(latest: Picture, shown: Picture): number {
    let fresh = 0;
    for (const id of latest.byId.keys()) if (!shown.byId.has(id)) fresh += 1;
    return fresh;
}

export type SessionSort = 'rate' | 'age' | 'bytes';

/** Highest first; the id decides between equals, so that rows do not dance. */
export function sorted(picture: Picture, sort: SessionSort): LiveSession[] {
    const value = (session: LiveSession): number => {
        if (sort === 'rate') return (session.rate_up ?? 0) + (session.rate_down ?? 0);
        if (sort === 'bytes') return Number(session.bytes_up) + Number(session.bytes_down);
        return -Date.parse(session.started_at);
    };
    return [...picture.byId.values()]
        .map((session) => ({ session, value: value(session) }))
        .sort((a, b) => b.value - a.value || (a.session.id < b.session.id ? -1 : 1))
        .map(({ session }) => session);
}

export function ruleName(rule: LiveSession['rule'], defaultName: (layer: string) => string, undecided: string): string {
    if (!rule) return undecided;
    return rule.id === '' ? defaultName(rule.layer) : rule.name;
}
