// Which lines two texts do not share: the longest common run of lines stays.
export interface DiffLine {
    kind: 'same' | 'added' | 'removed';
    text: string;
}

/** Beyond this a table of all pairs would be too large: everything then counts as changed. */
const MostPairs = 4_000_000;

export function lineDiff(before: string, after: string): DiffLine[] {
    const left = before.split('\n');
    const right = after.split('\n');
    if (left.length * right.length > MostPairs) {
        return [...left.map((text) => ({ kind: 'removed' as const, text })), ...right.map((text) => ({ kind: 'added' as const, text }))];
    }
    const width = right.length + 1;
    const common = new Uint32Array((left.length + 1) * width);
    const at = (l: number, r: number) => common[l * width + r] ?? 0;
    for (let l = left.length - 1; l >= 0; --l) {
        for (let r = right.length - 1; r >= 0; --r) {
            common[l * width + r] = left[l] === right[r] ? at(l + 1, r + 1) + 1 : Math.max(at(l + 1, r), at(l, r + 1));
        }
    }
    const lines: DiffLine[] = [];
    let l = 0;
    let r = 0;
    while (l < left.length || r < right.length) {
        if (l < left.length && r < right.length && left[l] === right[r]) {
            lines.push({ kind: 'same', text: left[l] ?? '' });
            ++l;
            ++r;
        } else if (l < left.length && (r === right.length || at(l + 1, r) >= at(l, r + 1))) {
            lines.push({ kind: 'removed', text: left[l++] ?? '' });
        } else {
            lines.push({ kind: 'added', text: right[r++] ?? '' });
        }
    }
    return lines;
}

/** Only what changed, with `around` lines before and after; null where lines were left out. */
export function hunksOf(lines: readonly DiffLine[], around = 3): Array<DiffLine | null> {
    const near = lines.map((_line, index) => lines.slice(Math.max(0, index - around), index + around + 1).some(({ kind }) => kind !== 'same'));
    const shown: Array<DiffLine | null> = [];
    lines.forEach((line, index) => {
        if (near[index]) shown.push(line);
        else if (shown.length > 0 && shown.at(-1) !== null) shown.push(null);
    });
    if (shown.at(-1) === null) shown.pop();
    return shown;
}
