// Which etag of a rule follows from which by our own changes. The server takes an older etag as long
// as nobody else changed the same fields; a field we changed ourselves a moment ago must not count as
// somebody else's.
export class EtagTrail {
    private readonly next = new Map<string, string>();

    /** Our change of `paths`, begun at `from`, made `to`. */
    followed(from: string, paths: readonly string[], to: string): void {
        for (const path of paths) this.next.set(`${from} ${path}`, to);
    }

    /** What to send for a change of `paths` that was begun at `etag`. */
    newest(etag: string, paths: readonly string[]): string {
        let current = etag;
        for (let steps = 0; steps < 1000; steps += 1) {
            const after = paths.map((path) => this.next.get(`${current} ${path}`));
            const first = after[0];
            if (first === undefined || first === current || after.some((each) => each !== first)) break;
            current = first;
        }
        return current;
    }
}
