// What is being typed into a form whose state is the address: shown at once, passed on when the
// typing rests for a moment.
import { useEffect, useEffectEvent, useRef, useState } from 'react';

const Rest = 150;

export function useTyping<State extends object>(state: State, onChange: (change: Partial<State>) => void) {
    const [typed, setTyped] = useState<Partial<State>>({});
    const timer = useRef<ReturnType<typeof setTimeout> | null>(null);
    const waiting = useRef<Partial<State>>({});

    const pass = useEffectEvent(() => {
        timer.current = null;
        const change = waiting.current;
        waiting.current = {};
        onChange(change);
        setTyped({});
    });
    useEffect(() => () => {
        if (timer.current === null) return;
        clearTimeout(timer.current);
        pass();
    }, []);

    function type(change: Partial<State>): void {
        waiting.current = { ...waiting.current, ...change };
        setTyped(waiting.current);
        if (timer.current) clearTimeout(timer.current);
        timer.current = setTimeout(() => pass(), Rest);
    }
    return [{ ...state, ...typed } as State, type] as const;
}
