import { useSyncExternalStore } from 'react';

/** Where a table shows only its most telling columns: beside an open panel there is no more room. */
export const NarrowTable = '(max-width: 760px)';

/** Whether a media query fits, followed as the window changes. */
export function useMedia(query: string): boolean {
    return useSyncExternalStore(
        (listener) => {
            const media = window.matchMedia(query);
            media.addEventListener('change', listener);
            return () => media.removeEventListener('change', listener);
        },
        () => window.matchMedia(query).matches,
    );
}
