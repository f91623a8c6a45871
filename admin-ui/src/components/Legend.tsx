import css from './charts.module.css';

interface Props {
    items: ReadonlyArray<{ label: string; color: string; value?: string }>;
}

/** What the colours of a chart mean, with the value of now. */
export function Legend({ items }: Props) {
    return (
        <ul className={css.legend}>
            {items.map((item) => (
                <li key={item.label}>
                    <i style={{ background: item.color }} aria-hidden="true" />
                    {item.label}
                    {item.value !== undefined && <b>{item.value}</b>}
                </li>
            ))}
        </ul>
    );
}
