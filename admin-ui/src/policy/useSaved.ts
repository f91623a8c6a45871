// A value that is saved as soon as it is given. What the server has not taken yet, or refused, stays
// as it was entered.
import { useEffect, useEffectEvent, useRef, useState } from 'react';

/** Resolves to whether it was taken. `begunAt` is the etag at which the person began. */
export type Save<Value> = (value: Value, begunAt: string) => Promise<boolean>;

/** For tokens, switches and choices: every change is a save. */
export function useSaved<Value>(value: Value, etag: string, save: Save<Value>) {
    const [refused, setRefused] = useState<{ value: Value } | null>(null);
    const shown = refused ? refused.value : value;
    function set(next: Value): void {
        setRefused(null);
        void save(next, etag).then((taken) => {
            if (!taken) setRefused({ value: next });
        });
    }
    return [shown, set] as const;
}

/** For texts: saved when the field is left, with Enter, and when the panel closes. */
export function useTyped(value: string, etag: string, save: Save<string>) {
    const [typed, setTyped] = useState<string | null>(null);
    const begunAt = useRef(etag);
    const sent = useRef<string | null>(null);

    function type(text: string): void {
        if (typed === null) begunAt.current = etag;
        setTyped(text);
    }
    function commit(): void {
        if (typed === null) return;
        const text = typed.trim();
        if (text === value.trim()) {
            setTyped(null);
            return;
        }
        sent.current = text;
        void save(text, begunAt.current).then((taken) => {
            // Typed on meanwhile: that is another value, saved in its turn.
            if (taken) setTyped((now) => (now === typed ? null : now));
        });
    }
    // What was sent already, taken or not, is not sent once more when the field is left or goes.
    function commitNew(): void {
        if (typed?.trim() !== sent.current) commit();
    }
    const commitLast = useEffectEvent(commitNew);
    useEffect(() => () => commitLast(), []);

    return {
        value: typed ?? value,
        onChange: type,
        onBlur: commitNew,
        onKeyDown: (event: { key: string; ctrlKey: boolean; metaKey: boolean }) => {
            if (event.key === 'Enter') commit();
            if (event.key === 'Escape') setTyped(null);
        },
    };
}
