// Merge patches (RFC 7396) of a rule, and their opposites for "Undo".

export type Patch = { [key: string]: unknown };

/** What brings back the values that `patch` replaces. Objects are gone into, arrays are values. */
export function inverseOf(before: Patch, patch: Patch): Patch {
    const inverse: Patch = {};
    for (const [key, value] of Object.entries(patch)) {
        const old = before[key];
        inverse[key] = isObject(value) && isObject(old) ? inverseOf(old, value) : old ?? null;
    }
    return inverse;
}

/** The target with the patch in it; neither is changed. */
export function patched<Target extends object>(target: Target, patch: Patch): Target {
    const result: Patch = { ...(target as Patch) };
    for (const [key, value] of Object.entries(patch)) {
        if (value === null) delete result[key];
        else if (isObject(value)) result[key] = patched(isObject(result[key]) ? result[key] : {}, value);
        else result[key] = value;
    }
    return result as Target;
}

/** "name", "when.host": where a patch touches. */
export function pathsOf(patch: Patch, prefix = ''): string[] {
    return Object.entries(patch).flatMap(([key, value]) =>
        isObject(value) ? pathsOf(value, `${prefix}${key}.`) : [`${prefix}${key}`]);
}

export function valueAt(target: unknown, path: string): unknown {
    return path.split('.').reduce<unknown>((value, key) => (isObject(value) ? value[key] : undefined), target);
}

function isObject(value: unknown): value is Patch {
    return typeof value === 'object' && value !== null && !Array.isArray(value);
}
