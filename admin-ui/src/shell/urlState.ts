// What a page keeps in its address: how each part is read and written. Pure; the hook is useUrlState.

export interface Part<Value> {
    /** From the values of that name, in order; none when it is absent. */
    read(values: readonly string[]): Value;
    /** Nothing for the default, which is not written. */
    write(value: Value): readonly string[];
}

export type Parts = Record<string, Part<unknown>>;
export type ValuesOf<P extends Parts> = { [Name in keyof P]: P[Name] extends Part<infer Value> ? Value : never };

export function text(fallback = ''): Part<string> {
    return { read: (values) => values[0] ?? fallback, write: (value) => (value === fallback ? [] : [value]) };
}

export function optional(): Part<string | null> {
    return { read: (values) => values[0] || null, write: (value) => (value ? [value] : []) };
}

export function choice<const Value extends string>(choices: readonly Value[], fallback: Value): Part<Value> {
    return {
        read: (values) => (choices.includes(values[0] as Value) ? (values[0] as Value) : fallback),
        write: (value) => (value === fallback ? [] : [value]),
    };
}

export function flag(): Part<boolean> {
    return { read: (values) => values[0] === '1', write: (value) => (value ? ['1'] : []) };
}

/** May come several times; an order is kept, doubles are not. */
export function several(): Part<readonly string[]> {
    return { read: (values) => [...new Set(values.filter((value) => value !== ''))], write: (value) => value };
}

export function readParts<P extends Parts>(parts: P, search: string): { values: ValuesOf<P>; unknown: string[] } {
    const params = new URLSearchParams(search);
    const values: Record<string, unknown> = {};
    for (const [name, part] of Object.entries(parts)) values[name] = part.read(params.getAll(name));
    const unknown = [...new Set(params.keys())].filter((name) => !(name in parts));
    return { values: values as ValuesOf<P>, unknown };
}

/** Without the question mark; "" when everything is as by default. */
export function writeParts<P extends Parts>(parts: P, values: ValuesOf<P>): string {
    const params = new URLSearchParams();
    for (const [name, part] of Object.entries(parts)) {
        for (const value of part.write(values[name as keyof P])) params.append(name, value);
    }
    return params.toString();
}
