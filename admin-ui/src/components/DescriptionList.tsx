// Names with values, as in the detail of a session.
import type { ReactNode } from 'react';

import css from './DescriptionList.module.css';

export interface Description {
    name: string;
    value: ReactNode;
    /** A second, quieter line. */
    more?: ReactNode;
    actions?: ReactNode;
}

export function DescriptionList({ items }: { items: ReadonlyArray<Description | false | null | undefined> }) {
    return (
        <dl className={css.list}>
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
