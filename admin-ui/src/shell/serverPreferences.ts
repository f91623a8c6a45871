// Preferences live with the person on the server; a change is sent a moment after it was made. The
// browser's own copy only makes the first picture right, so a failure to send is not worth a word.
import { api } from '../api/client';
import { queryClient } from '../api/queryClient';
import type { Session } from '../api/session';
import { adopt, keepWith, type Preferences } from './preferences';

const SendAfter = 1000;

/** Returns the function that ends it. */
export function followServerPreferences(session: Session): () => void {
    adopt(fromServer(session.preferences ?? {}));
    let timer: ReturnType<typeof setTimeout> | undefined;
    keepWith((preferences) => {
        clearTimeout(timer);
        timer = setTimeout(() => void send(preferences).catch(() => undefined), SendAfter);
    });
    return () => {
        clearTimeout(timer);
        keepWith(null);
    };
}

async function send(preferences: Preferences): Promise<void> {
    const { etag } = await api.get('/me');
    await api.patch('/me', { preferences: toServer(preferences) }, { ifMatch: etag });
    void queryClient.invalidateQueries({ queryKey: ['me'] }); // its ETag is another now
}

function fromServer(found: Record<string, unknown>): Partial<Preferences> {
    const known: Record<string, unknown> = {
        theme: found.theme,
        density: found.density,
        zone: found.time_zone,
        letterKeys: found.single_keys,
        dismissed: found.dismissed,
    };
    return Object.fromEntries(Object.entries(known).filter(([, value]) => value !== undefined)) as Partial<Preferences>;
}

function toServer({ theme, density, zone, letterKeys, dismissed }: Preferences): Record<string, unknown> {
    return { theme, density, time_zone: zone, single_keys: letterKeys, dismissed };
}
