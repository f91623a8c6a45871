// The lines of a long list of which only the visible ones exist. Their heights differ: each is
// measured when it appears.
import { useVirtualizer } from '@tanstack/react-virtual';
import { type ReactNode, type RefObject, useEffect } from 'react';

import css from './RuleList.module.css';

interface VirtualRowsProps {
    keys: readonly string[];
    region: RefObject<HTMLDivElement | null>;
    render(index: number): ReactNode;
    /** Is told how to bring a line into view. */
    scroller: RefObject<((index: number) => void) | null>;
}

const RowHeight = 38;

export default function VirtualRows({ keys, region, render, scroller }: VirtualRowsProps) {
    const virtual = useVirtualizer({
        count: keys.length,
        getScrollElement: () => region.current,
        estimateSize: () => RowHeight,
        overscan: 8,
        scrollPaddingStart: RowHeight,
        initialRect: { width: 900, height: 700 },
        getItemKey: (index) => keys[index]!,
    });
    useEffect(() => {
        scroller.current = (index) => virtual.scrollToIndex(index, { align: 'auto' });
        return () => {
            scroller.current = null;
        };
    }, [scroller, virtual]);
    return (
        <div role="rowgroup" className={css.body} style={{ height: virtual.getTotalSize() }}>
            {virtual.getVirtualItems().map(({ index, key, start }) => (
                <div key={key} ref={virtual.measureElement} data-index={index} role="presentation" className={css.virtual} style={{ transform: `translateY(${start}px)` }}>
                    {render(index)}
                </div>
            ))}
        </div>
    );
}
