import { useLayoutEffect, useRef, useState } from 'react';

/** The width of an element, followed as it changes. */
export function useWidth<Element extends HTMLElement>(fallback: number) {
    const ref = useRef<Element>(null);
    const [width, setWidth] = useState(fallback);
    useLayoutEffect(() => {
        const element = ref.current;
        if (!element) return;
        const measure = () => setWidth(element.clientWidth || fallback);
        measure();
        const observer = new ResizeObserver(measure);
        observer.observe(element);
        return () => observer.disconnect();
    }, [fallback]);
    return [ref, width] as const;
}
