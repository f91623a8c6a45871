import css from './Shell.module.css';

export function Logo() {
    return (
        <svg viewBox="0 0 24 24" width="26" height="26" aria-hidden="true" className={css.logo}>
            <rect width="24" height="24" rx="6" />
            <path d="M6 19v-7a6 6 0 0 1 12 0v7" strokeWidth="2" />
            <path d="M10 19v-7m4 7v-7M6.4 14h11.2" strokeWidth="1.4" />
        </svg>
    );
}
