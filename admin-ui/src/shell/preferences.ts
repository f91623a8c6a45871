// What a person likes: theme, density, time zone, letter keys. Kept in this browser, so that the
// first picture is right, and with the person on the server.
import { useSyncExternalStore } from 'react';

export interface Preferences {
    theme: 'system' | 'light' | 'dark';
    density: 'compact' | 'normal' | 'comfortable';
    /** IANA name. */
    zone: string;
    letterKeys: boolean;
    /** Hints that were read and closed. */
    dismissed: readonly string[];
}

const StorageKey = 'sallyport.preferences';

export const defaults: Preferences = { theme: 'system', density: 'normal', zone: 'UTC', letterKeys: true, dismissed: [] };

let current = load();
const listeners = new Set<() => void>();
let keeper: ((preferences: Preferences) => void) | null = null;

export function preferences(): Preferences {
    return current;
}

export function setPreferences(change: Partial<Preferences>): void {
    adopt(change);
    keeper?.(current);
}

/** What the server has, without telling it again. */
export function adopt(change: Partial<Preferences>): void {
    current = cleaned({ ...current, ...change });
    try {
        localStorage.setItem(StorageKey, JSON.stringify(current));
    } catch {
        // A browser that keeps nothing still shows the page.
    }
    apply();
    listeners.forEach((listener) => listener());
}

/** Called with the whole after every change. */
export function keepWith(store: ((preferences: Preferences) => void) | null): void {
    keeper = store;
}

export function usePreferences(): Preferences {
    return useSyncExternalStore(watch, preferences);
}

/** Theme and density are attributes of the document; tokens.css does the rest. */
export function apply(): void {
    const root = document.documentElement;
    if (current.theme === 'system') delete root.dataset.theme;
    else root.dataset.theme = current.theme;
    if (current.density === 'normal') delete root.dataset.density;
    else root.dataset.density = current.density;
}

function watch(listener: () => void): () => void {
    listeners.add(listener);
    return () => listeners.delete(listener);
}

function load(): Preferences {
    try {
        return cleaned({ ...defaults, ...(JSON.parse(localStorage.getItem(StorageKey) ?? '{}') as Partial<Preferences>) });
    } catch {
        return defaults;
    }
}

/** Values from elsewhere may be anything. */
function cleaned(found: Preferences): Preferences {
    return {
        theme: ['system', 'light', 'dark'].includes(found.theme) ? found.theme : defaults.theme,
        density: ['compact', 'normal', 'comfortable'].includes(found.density) ? found.density : defaults.density,
        zone: knownZone(found.zone) ? found.zone : defaults.zone,
        letterKeys: found.letterKeys !== false,
        dismissed: Array.isArray(found.dismissed) ? found.dismissed.filter((each) => typeof each === 'string') : [],
    };
}

function knownZone(zone: unknown): boolean {
    if (typeof zone !== 'string') return false;
    try {
        new Intl.DateTimeFormat('en', { timeZone: zone });
        return true;
    } catch {
        return false;
    }
}
