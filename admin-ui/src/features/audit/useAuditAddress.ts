// The audit page's state, kept in the address. Changes replace it; opening a detail is a new step
// for the back button.
import { useCallback, useEffect, useMemo, useRef } from 'react';
import { useLocation, useSearch } from 'wouter';

import { showToast } from '../../components/Toasts';
import { shellTexts } from '../../shell/texts';
import { KnownParams, type PageState, readAddress, writeAddress } from './pageAddress';

export type ChangeState = (change: Partial<PageState>, step?: 'replace' | 'push') => void;

export function useAuditAddress(): readonly [PageState, ChangeState] {
    const search = useSearch();
    const [, navigate] = useLocation();
    const state = useMemo(() => readAddress(new URLSearchParams(search)), [search]);

    const told = useRef('');
    const unknown = [...new Set(new URLSearchParams(search).keys())].filter((name) => !KnownParams.has(name)).join(', ');
    useEffect(() => {
        if (unknown === '' || told.current === unknown) return;
        told.current = unknown;
        showToast({ text: shellTexts.unknownParts(unknown), milliseconds: 6000 });
    }, [unknown]);

    const change = useCallback<ChangeState>(
        (part, step = 'replace') => {
            // Read again: several changes of one event must not undo one another.
            const now = readAddress(new URLSearchParams(location.search));
            const address = `${location.pathname}?${writeAddress({ ...now, ...part }).toString()}`;
            if (address !== location.pathname + location.search) navigate(address, { replace: step === 'replace' });
        },
        [navigate],
    );
    return [state, change] as const;
}
