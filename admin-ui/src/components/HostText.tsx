// A host with its port. When room is short it is cut at the LEFT: the registrable end says whose it is.
import { classes } from './classes';
import css from './HostText.module.css';

interface Props {
    host: string;
    /** Shown only when given: leave out the protocol's default port. */
    port?: number | null | undefined;
    strong?: boolean;
}

export function HostText({ host, port, strong }: Props) {
    const full = port ? `${host}:${port}` : host;
    return (
        <span className={classes(css.host, strong && css.strong)} title={full}>
            <bdi>
                {host}
                {port ? <span className={css.port}>:{port}</span> : null}
            </bdi>
        </span>
    );
}
