// Between points in time and what <input type="datetime-local"> shows in a person's zone.

/** "2026-11-27T09:30" in that zone; "" for none. */
export function toZonedInput(at: string | null | undefined, zone: string): string {
    const date = at ? new Date(at) : null;
    if (!date || Number.isNaN(date.getTime())) return '';
    return new Date(date.getTime() + offsetAt(date, zone)).toISOString().slice(0, 16);
}

/** RFC 3339 in UTC; null for an empty or unreadable text. */
export function fromZonedInput(text: string, zone: string): string | null {
    const wall = Date.parse(`${text}Z`);
    if (text === '' || Number.isNaN(wall)) return null;
    // Twice, as the offset at the wall time read as UTC may be that of the other side of a change.
    const guess = wall - offsetAt(new Date(wall), zone);
    return new Date(wall - offsetAt(new Date(guess), zone)).toISOString().replace('.000Z', 'Z');
}

/** What the zone is ahead of UTC then, in ms. */
function offsetAt(date: Date, zone: string): number {
    const parts = new Intl.DateTimeFormat('en-CA', {
        timeZone: zone, hourCycle: 'h23', year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit',
    }).formatToParts(date);
    const part = (type: string) => Number(parts.find((each) => each.type === type)?.value);
    const wall = Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second'));
    return wall - Math.floor(date.getTime() / 1000) * 1000;
}
