// Where menus, popovers and hints are put: into a landmark of their own, so that what they say belongs
// somewhere, or into the dialog they were opened from, which hides everything outside of it.
import { createContext, type ReactNode, useContext, useState } from 'react';

import { componentTexts } from './texts';

const HostContext = createContext<HTMLElement | null>(null);

export const LayerHostProvider = HostContext.Provider;

export function LayerHost({ children }: { children: ReactNode }) {
    const [host, setHost] = useState<HTMLElement | null>(null);
    return (
        <HostContext value={host}>
            {children}
            <section ref={setHost} aria-label={componentTexts.layers} />
        </HostContext>
    );
}

/** For the `container` of a portal. */
export function useLayerHost(): HTMLElement | undefined {
    return useContext(HostContext) ?? undefined;
}
