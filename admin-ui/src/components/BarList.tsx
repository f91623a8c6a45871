// Names with a count and a thin bar below, longest first. A number is a link to what it counts.
import type { ReactNode } from 'react';
import { Link } from 'wouter';

import css from './BarList.module.css';

export interface BarItem {
    key: string;
    name: ReactNode;
    /** A quiet word after the name. */
    more?: ReactNode;
    value: number;
    shown: string;
    title?: string;
    href: string;
}

export function BarList({ items, tone = 'deny' }: { items: readonly BarItem[]; tone?: 'deny' | 'plain' }) {
    const most = Math.max(1, ...items.map((item) => item.value));
    return (
        <ol className={css.list}>
            {items.map((item) => (
                <li key={item.key}>
                    <Link href={item.href} className={css.row} title={item.title}>
                        <span className={css.name}>{item.name}</span>
                        {item.more && <span className={css.more}>{item.more}</span>}
                        <span className={css.value}>{item.shown}</span>
                    </Link>
                    <div className={tone === 'deny' ? css.deny : css.plain} style={{ width: `${(item.value / most) * 100}%` }} />
                </li>
            ))}
        </ol>
    );
}
