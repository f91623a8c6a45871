// How an answered histogram lies in the period that was asked for: the server's buckets cover what
// there is, the chart shows the whole period. Very fine buckets of a short log in a long period are
// put together.
import type { Histogram } from './requests';
import type { Bounds } from './period';

export const Verdicts = ['deny', 'error', 'inspect', 'allow'] as const;
export type Verdict = (typeof Verdicts)[number];

export interface Layout {
    /** Unix milliseconds, where the first bucket begins. */
    from: number;
    bucketSeconds: number;
    series: Record<Verdict, number[]>;
}

const MostBuckets = 160;

export function layOut(histogram: Pick<Histogram, 'from' | 'bucket_s' | 'series'>, bounds: Bounds): Layout {
    const answered = histogram.from === null ? null : Date.parse(histogram.from);
    if (answered === null || histogram.bucket_s <= 0) return emptyLayout(bounds);
    const counted = histogram.series.deny.length;
    const width = histogram.bucket_s * 1000;
    const before = Math.max(0, Math.ceil((answered - bounds.from) / width));
    const after = Math.max(0, Math.ceil((bounds.to - (answered + counted * width)) / width));
    const together = Math.max(1, Math.ceil((before + counted + after) / MostBuckets));
    const buckets = Math.ceil((before + counted + after) / together);
    const series = Object.fromEntries(Verdicts.map((verdict) => {
        const sums = Array<number>(buckets).fill(0);
        histogram.series[verdict].forEach((count, index) => {
            const place = Math.floor((before + index) / together);
            sums[place] = (sums[place] ?? 0) + count;
        });
        return [verdict, sums];
    })) as Record<Verdict, number[]>;
    return { from: answered - before * width, bucketSeconds: histogram.bucket_s * together, series };
}

function emptyLayout({ from, to }: Bounds): Layout {
    const buckets = 60;
    const series = Object.fromEntries(Verdicts.map((verdict) => [verdict, Array<number>(buckets).fill(0)])) as Record<Verdict, number[]>;
    return { from, bucketSeconds: Math.max(1, (to - from) / 1000 / buckets), series };
}
