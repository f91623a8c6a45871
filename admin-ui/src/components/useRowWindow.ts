// Which rows of a long list are drawn: those in sight and a few beside them. All rows have one height,
// so that it is a division (a library for any heights would be 10 KB of the page).
import { type RefObject, useLayoutEffect, useState } from 'react';

/** Rows drawn beyond each edge, so that quick scrolling shows no gap. */
const Beyond = 12;
/** Before the region is measured. */
const FirstGuess = 600;

export interface RowWindow {
    first: number;
    /** Not drawn any more. */
    end: number;
    /** Scrolls no further than needed. */
    reveal(index: number): void;
}

/** `head`: the height that sticks to the top and hides what is below it. */
export function useRowWindow(region: RefObject<HTMLElement | null>, count: number, height: number, head: number): RowWindow {
    const [seen, see] = useState({ top: 0, height: FirstGuess });
    useLayoutEffect(() => {
        const element = region.current;
        if (!element) return;
        const look = () => {
            // Steps of a row: smaller moves draw nothing anew.
            const next = { top: Math.floor(element.scrollTop / height) * height, height: element.clientHeight || FirstGuess };
            see((before) => (before.top === next.top && before.height === next.height ? before : next));
        };
        look();
        element.addEventListener('scroll', look, { passive: true });
        const observer = new ResizeObserver(look);
        observer.observe(element);
        return () => {
            element.removeEventListener('scroll', look);
            observer.disconnect();
        };
    }, [region, height]);

    const first = Math.max(0, Math.min(count, Math.floor(seen.top / height) - Beyond));
    const end = Math.min(count, Math.ceil((seen.top + seen.height) / height) + Beyond);
    return {
        first,
        end,
        reveal: (index) => {
            const element = region.current;
            if (!element) return;
            const top = index * height;
            const bottom = top + height + head;
            if (top < element.scrollTop) element.scrollTo({ top });
            else if (bottom > element.scrollTop + element.clientHeight) element.scrollTo({ top: bottom - element.clientHeight });
        },
    };
}
