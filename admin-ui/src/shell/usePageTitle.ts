import { useEffect } from 'react';

import { announce } from '../components/Announcer';
import { shellTexts } from './texts';

/** "Audit log: deny, Dropbox · Sallyport" */
export function usePageTitle(title: string, state?: string): void {
    const whole = state ? `${title}: ${state}` : title;
    useEffect(() => {
        document.title = `${whole} · ${shellTexts.product}`;
    }, [whole]);
    useEffect(() => announce(title), [title]);
}
