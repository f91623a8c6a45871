import { describe, expect, it } from 'vitest';

import { emptyTail, MostRows, type Tail, tailAfter } from './liveTail';

interface Row {
    id: string;
    state?: string;
}

function rows(...ids: number[]): Row[] {
    return ids.map((id) => ({ id: String(id) }));
}

function count(from: number, amount: number): Row[] {
    return rows(...Array.from({ length: amount }, (_, place) => from + amount - place - 1));
}

function after(tail: Tail<Row>, ...batches: Row[][]): Tail<Row> {
    return batches.reduce((now, batch) => tailAfter(now, { kind: 'batch', rows: batch, dropped: 0 }), tail);
}

describe('the live tail', () => {
    it('has the newest on top', () =>
        expect(after(emptyTail(), rows(2, 1), rows(4, 3)).rows.map(({ id }) => id)).toEqual(['4', '3', '2', '1']));

    it('draws at most 50 rows of a batch and counts the others, with those the server left out', () => {
        const tail = tailAfter(emptyTail<Row>(), { kind: 'batch', rows: count(0, 62), dropped: 300 });
        expect(tail.rows).toHaveLength(50);
        expect(tail.notDrawn).toBe(312);
    });

    it('keeps a bounded number of rows', () => {
        let tail = emptyTail<Row>();
        for (let second = 0; second < 100; second += 1) tail = after(tail, count(second * 50, 50));
        expect(tail.rows).toHaveLength(MostRows);
        expect(tail.rows[0]?.id).toBe('4999');
    });

    it('moves nothing while paused and counts what waits', () => {
        const running = after(emptyTail(), rows(1));
        const paused = after(tailAfter(running, { kind: 'pause' }), rows(3, 2), rows(4));
        expect(paused.rows).toBe(running.rows);
        expect(paused.waitingCount).toBe(3);
        const again = tailAfter(paused, { kind: 'resume' });
        expect(again.rows.map(({ id }) => id)).toEqual(['4', '3', '2', '1']);
        expect(again.waitingCount).toBe(0);
    });

    it('counts on when more waits than it keeps', () => {
        let tail = tailAfter(emptyTail<Row>(), { kind: 'pause' });
        for (let second = 0; second < 40; second += 1) tail = after(tail, count(second * 50, 50));
        expect(tail.waitingCount).toBe(2_000);
        expect(tail.waiting).toHaveLength(MostRows);
    });

    it('updates a session in its place', () => {
        const tail = after(emptyTail(), rows(2, 1), [{ id: '1', state: 'ended' }]);
        expect(tail.rows).toEqual([{ id: '2' }, { id: '1', state: 'ended' }]);
    });

    it('takes a row only once, however often it comes', () =>
        expect(after(emptyTail(), [...rows(1), ...rows(1)], rows(1)).rows).toHaveLength(1));

    it('remembers that something was missed', () => expect(tailAfter(emptyTail<Row>(), { kind: 'gap' }).gaps).toBe(1));
    it('begins anew', () => expect(tailAfter(after(emptyTail(), rows(1)), { kind: 'restart' })).toEqual(emptyTail()));
});
