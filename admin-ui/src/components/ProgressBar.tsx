import css from './ProgressBar.module.css';

interface Props {
    label: string;
    value: number;
    /** Null: nobody knows yet. */
    max: number | null;
    /** "12,004 of 1,000,000 hosts, 81.2k/s" */
    text?: string;
}

export function ProgressBar({ label, value, max, text }: Props) {
    const share = max ? Math.min(1, value / max) : null;
    return (
        <div className={css.progress}>
            <div
                role="progressbar"
                aria-label={label}
                aria-valuemin={0}
                aria-valuemax={max ?? undefined}
                aria-valuenow={share === null ? undefined : value}
                aria-valuetext={text}
                className={css.track}
            >
                <div className={share === null ? css.unknown : css.bar} style={share === null ? undefined : { width: `${share * 100}%` }} />
            </div>
            {text && <p>{text}</p>}
        </div>
    );
}
