// Keys that work on every page. A page adds its own with useKeys; none act while somebody types.
import { useContext, useEffect, useEffectEvent } from 'react';

import { hasModifier, isTyping, LetterKeysContext } from '../components/letterKeys';

/** By `event.key`; return false to leave the key alone. */
export type KeyMap = Record<string, (event: KeyboardEvent) => void | false>;

/** Single keys of a page, on the whole document. Off while a dialog is open, while typing, and when
 *  the person switched letter keys off. */
export function useKeys(map: KeyMap): void {
    const lettersOn = useContext(LetterKeysContext);
    const handle = useEffectEvent((event: KeyboardEvent) => {
        if (event.defaultPrevented || hasModifier(event) || isTyping(event.target) || dialogIsOpen()) return;
        if (!lettersOn && event.key.length === 1) return;
        const act = map[event.key];
        if (act && act(event) !== false) event.preventDefault();
    });
    useEffect(() => {
        const listener = (event: KeyboardEvent) => handle(event);
        document.addEventListener('keydown', listener);
        return () => document.removeEventListener('keydown', listener);
    }, []);
}

export function dialogIsOpen(): boolean {
    return document.querySelector('[role="dialog"][data-open], [role="menu"][data-open]') !== null;
}
