import { describe, expect, it } from 'vitest';

import { layOut, Verdicts } from './histogramLayout';

const begin = Date.parse('2026-11-23T09:00:00Z');
const minute = 60_000;

function histogram(fromMinute: number, deny: number[], bucketSeconds = 60) {
    const none = deny.map(() => 0);
    return { from: new Date(begin + fromMinute * minute).toISOString(), bucket_s: bucketSeconds, series: { deny, error: none, inspect: none, allow: deny } };
}

function sum(counts: number[]): number {
    return counts.reduce((total, count) => total + count, 0);
}

describe('the histogram in its period', () => {
    it('is what the server answered when that covers the period', () =>
        expect(layOut(histogram(0, [1, 2, 3]), { from: begin, to: begin + 3 * minute })).toMatchObject({
            from: begin, bucketSeconds: 60, series: { deny: [1, 2, 3], allow: [1, 2, 3], error: [0, 0, 0] },
        }));

    it('has empty buckets before and after', () => {
        const layout = layOut(histogram(2, [5]), { from: begin, to: begin + 5 * minute });
        expect(layout.from).toBe(begin);
        expect(layout.series.deny).toEqual([0, 0, 5, 0, 0]);
    });

    it('begins with the bucket that the period begins in', () =>
        expect(layOut(histogram(0, [1, 2]), { from: begin + minute / 2, to: begin + 2 * minute }).from).toBe(begin));

    it('puts fine buckets together in a long period, and loses none', () => {
        const counts = Array.from({ length: 60 }, (_, place) => place);
        const layout = layOut(histogram(1380, counts), { from: begin, to: begin + 1440 * minute });
        expect(layout.series.deny.length).toBeLessThanOrEqual(160);
        expect(sum(layout.series.deny)).toBe(sum(counts));
        expect(layout.bucketSeconds % 60).toBe(0);
        expect(layout.from + layout.series.deny.length * layout.bucketSeconds * 1000).toBeGreaterThanOrEqual(begin + 1440 * minute);
    });

    it('is an empty frame when there is nothing', () => {
        const layout = layOut({ from: null, bucket_s: 0, series: { deny: [], error: [], inspect: [], allow: [] } }, { from: begin, to: begin + 60 * minute });
        expect(layout.from).toBe(begin);
        for (const verdict of Verdicts) expect(sum(layout.series[verdict])).toBe(0);
    });
});
