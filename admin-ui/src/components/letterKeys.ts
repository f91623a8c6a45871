// Whether single letters act as keys. People may turn them off (WCAG 2.1.4); nothing acts while typing.
import { createContext } from 'react';

export const LetterKeysContext = createContext(true);

export function isTyping(target: EventTarget | null): boolean {
    if (!(target instanceof HTMLElement)) return false;
    if (target.isContentEditable) return true;
    if (target instanceof HTMLInputElement) return !['checkbox', 'radio', 'button', 'submit', 'range'].includes(target.type);
    return target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement;
}

export function hasModifier(event: { ctrlKey: boolean; metaKey: boolean; altKey: boolean }): boolean {
    return event.ctrlKey || event.metaKey || event.altKey;
}
