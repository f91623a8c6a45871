// Names with values, as in the detail of a session.
import type { ReactNode } from 'react';

import { classes } from './classes';
import css from './DescriptionList.module.css';

export interface Description {
    name: string;
    value: ReactNode;
    /** A second, quieter line. */
    more?: ReactNode;
    actions?: ReactNode;
}

interface DescriptionListProps {
    items: ReadonlyArray<Description | false | null | undefined>;
    /** Where the room goes: names are short, or they are sentences. */
    wide?: 'values' | 'names';
}

export function DescriptionList({ items, wide = 'values' }: DescriptionListProps) {
    return (
        <dl className={classes(css.list, wide === 'names' && css.names)}>
            {items.filter((item) => !!item).map((item) => (
                <div key={item.name}>
                    <dt>{item.name}</dt>
                    <dd>
                        <div className={css.value}>
                            {item.value}
                            {item.more && <span className={css.more}>{item.more}</span>}
                        </div>
                        {item.actions && <span className={css.actions}>{item.actions}</span>}
                    </dd>
                </div>
            ))}
        </dl>
    );
}
