// What differs between two JSON values, field by field: for reading, not for applying.

export interface Difference {
    /** "destinations.0.host"; empty: the whole value. */
    path: string;
    /** Undefined: was not there. */
    before: string | undefined;
    after: string | undefined;
}

export function differences(before: unknown, after: unknown): Difference[] {
    const found: Difference[] = [];
    compare('', before ?? undefined, after ?? undefined, found);
    return found;
}

function compare(path: string, before: unknown, after: unknown, found: Difference[]): void {
    if (isBranch(before) && isBranch(after) && Array.isArray(before) === Array.isArray(after)) {
        const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
        for (const name of names) compare(join(path, name), own(before, name), own(after, name), found);
        return;
    }
    if (isBranch(before) && after === undefined) return each(path, before, (name, value) => compare(name, value, undefined, found));
    if (isBranch(after) && before === undefined) return each(path, after, (name, value) => compare(name, undefined, value, found));
    const [was, is] = [textOf(before), textOf(after)];
    if (was !== is) found.push({ path, before: was, after: is });
}

type Branch = Record<string, unknown>;

/** An empty object or list is a value of its own, or a change to it would not be seen. */
function isBranch(value: unknown): value is Branch {
    return typeof value === 'object' && value !== null && Object.keys(value).length > 0;
}

function own(branch: Branch, name: string): unknown {
    return Object.hasOwn(branch, name) ? branch[name] : undefined;
}

function each(path: string, branch: Branch, use: (path: string, value: unknown) => void): void {
    for (const [name, value] of Object.entries(branch)) use(join(path, name), value);
}

function join(path: string, name: string): string {
    return path === '' ? name : `${path}.${name}`;
}

function textOf(value: unknown): string | undefined {
    if (value === undefined) return undefined;
    return typeof value === 'string' ? value : JSON.stringify(value);
}
