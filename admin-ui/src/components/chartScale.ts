// Where marks of a chart stand: round values on the y axis, round times on the x axis.

/** A round number at or above `most`, in halves that read well: 0, half, top. */
export function roundTop(most: number): number {
    if (!(most > 0)) return 1;
    const magnitude = 10 ** Math.floor(Math.log10(most));
    for (const step of [1, 1.5, 2, 3, 4, 5, 6, 8, 10]) {
        if (step * magnitude >= most) return step * magnitude;
    }
    return 10 * magnitude;
}

const steps = [1, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400, 172_800, 604_800, 2_592_000];

/** Points in time (ms) on round steps, about one per 110 px. `offset` is the zone's, in ms. */
export function timeMarks(from: number, to: number, width: number, offset = 0): { at: number[]; stepSeconds: number } {
    const wanted = Math.max(2, Math.floor(width / 110));
    const stepSeconds = steps.find((step) => (to - from) / 1000 / step <= wanted) ?? 2_592_000;
    const step = stepSeconds * 1000;
    const at: number[] = [];
    for (let time = Math.ceil((from + offset) / step) * step - offset; time <= to && at.length < 50; time += step) at.push(time);
    return { at, stepSeconds };
}

/** How far a zone is from UTC at a time, in ms. */
export function zoneOffset(zone: string, at: number): number {
    try {
        const parts = new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset' }).formatToParts(at);
        const match = /GMT([+-])(\d\d):(\d\d)/.exec(parts.find((part) => part.type === 'timeZoneName')?.value ?? '');
        if (!match) return 0;
        const minutes = Number(match[2]) * 60 + Number(match[3]);
        return (match[1] === '-' ? -1 : 1) * minutes * 60_000;
    } catch {
        return 0;
    }
}
