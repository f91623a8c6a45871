import css from './charts.module.css';

interface Props {
    /** "Hits of the last 14 days, 902 in all" */
    label: string;
    values: readonly number[];
    width?: number;
    height?: number;
    color?: string;
}

/** A few bars inside a row. */
export function Spark({ label, values, width = 56, height = 18, color = 'var(--bar-allow)' }: Props) {
    const most = Math.max(1, ...values);
    const step = width / Math.max(1, values.length);
    return (
        <svg width={width} height={height} role="img" aria-label={label} className={css.spark}>
            {values.map((value, index) => {
                const tall = value === 0 ? 1 : Math.max(2, (value / most) * height);
                return <rect key={index} x={index * step} y={height - tall} width={Math.max(1, step - 1)} height={tall} fill={value === 0 ? 'var(--line-strong)' : color} />;
            })}
        </svg>
    );
}
