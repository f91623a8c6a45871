import css from './KeyHint.module.css';

/** A key to press, or several after one another. */
export function KeyHint({ keys }: { keys: string }) {
    return (
        <span className={css.keys}>
            {keys.split(' ').map((key, index) => <kbd key={index}>{key}</kbd>)}
        </span>
    );
}
