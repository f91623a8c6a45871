// LiveTail: what of the live feed is on the screen. Newest on top, a bounded number of rows; while
// paused, new rows wait and are counted, and nothing on the screen moves. Memory stays the same
// however long it runs: what does not fit is only counted.

export const MostRows = 500;
/** Of one batch; the server sends one a second. */
export const MostOfBatch = 50;

export interface TailRow {
    id: string;
}

export interface Tail<Row extends TailRow> {
    stage: 'running' | 'paused';
    /** Newest first. */
    rows: readonly Row[];
    /** Came while paused, newest first; at most MostRows of them. */
    waiting: readonly Row[];
    /** How many came while paused, kept or not. */
    waitingCount: number;
    /** How many were never drawn since it began. */
    notDrawn: number;
    /** The feed was interrupted: rows may be missing. */
    gaps: number;
}

export type TailEvent<Row extends TailRow> =
    | { kind: 'batch'; rows: readonly Row[]; dropped: number }
    | { kind: 'pause' }
    | { kind: 'resume' }
    | { kind: 'gap' }
    | { kind: 'restart' };

export function emptyTail<Row extends TailRow>(): Tail<Row> {
    return { stage: 'running', rows: [], waiting: [], waitingCount: 0, notDrawn: 0, gaps: 0 };
}

export function tailAfter<Row extends TailRow>(tail: Tail<Row>, event: TailEvent<Row>): Tail<Row> {
    switch (event.kind) {
        case 'batch': return withBatch(tail, event.rows, event.dropped);
        case 'pause': return tail.stage === 'paused' ? tail : { ...tail, stage: 'paused' };
        case 'resume': return resumed(tail);
        case 'gap': return { ...tail, gaps: tail.gaps + 1 };
        case 'restart': return emptyTail();
    }
}

/** A batch comes newest first. A session told again (it ended) takes its old place. */
function withBatch<Row extends TailRow>(tail: Tail<Row>, batch: readonly Row[], dropped: number): Tail<Row> {
    const drawn = batch.slice(0, MostOfBatch);
    const left = batch.length - drawn.length + dropped;
    if (tail.stage === 'paused') {
        const merged = merge(tail.waiting, drawn);
        return { ...tail, waiting: merged.rows, waitingCount: tail.waitingCount + merged.added + left, notDrawn: tail.notDrawn + left };
    }
    return { ...tail, rows: merge(tail.rows, drawn).rows, notDrawn: tail.notDrawn + left };
}

function resumed<Row extends TailRow>(tail: Tail<Row>): Tail<Row> {
    if (tail.stage === 'running') return tail;
    return { ...tail, stage: 'running', rows: merge(tail.rows, tail.waiting).rows, waiting: [], waitingCount: 0 };
}

function merge<Row extends TailRow>(old: readonly Row[], added: readonly Row[]): { rows: readonly Row[]; added: number } {
    if (added.length === 0) return { rows: old, added: 0 };
    const places = new Map(old.map((row, place) => [row.id, place]));
    const kept = [...old];
    const fresh: Row[] = [];
    const seen = new Set<string>();
    for (const row of added) {
        if (seen.has(row.id)) continue; // the newer telling came first
        seen.add(row.id);
        const place = places.get(row.id);
        if (place === undefined) fresh.push(row);
        else kept[place] = row;
    }
    return { rows: [...fresh, ...kept].slice(0, MostRows), added: fresh.length };
}
