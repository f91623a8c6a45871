// The address is the state: read on load, written with replaceState, or pushState to open something.
// Parts the page does not know are ignored, with a quiet notice.
import { useCallback, useEffect, useMemo, useRef } from 'react';
import { useLocation, useSearch } from 'wouter';

import { showToast } from '../components/Toasts';
import { shellTexts } from './texts';
import { type Parts, readParts, type ValuesOf, writeParts } from './urlState';

interface Change {
    /** A new step for the back button. */
    push?: boolean;
    /** Another page of the same family: /audit/:id. */
    path?: string;
}

/** `parts` must be a constant outside of the component. */
export function useUrlState<P extends Parts>(parts: P) {
    const search = useSearch();
    const [, navigate] = useLocation();
    const { values, unknown } = useMemo(() => readParts(parts, search), [parts, search]);

    const told = useRef('');
    const names = unknown.join(', ');
    useEffect(() => {
        if (names === '' || told.current === names) return;
        told.current = names;
        showToast({ text: shellTexts.unknownParts(names), milliseconds: 6000 });
    }, [names]);

    const change = useCallback(
        (next: Partial<ValuesOf<P>>, { push = false, path = location.pathname }: Change = {}) => {
            // Read again: several changes of one event must not undo one another.
            const now = readParts(parts, location.search).values;
            const written = writeParts(parts, { ...now, ...next });
            const address = written ? `${path}?${written}` : path;
            if (address !== location.pathname + location.search) navigate(address, { replace: !push });
        },
        [parts, navigate],
    );
    return [values, change] as const;
}
