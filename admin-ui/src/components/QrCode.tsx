import { encode } from 'uqr';

import css from './QrCode.module.css';

/** Dark on white in both themes: cameras want it so. */
export function QrCode({ text, label }: { text: string; label: string }) {
    const { data, size } = encode(text, { ecc: 'M', border: 2 });
    let path = '';
    data.forEach((row, y) => row.forEach((dark, x) => {
        if (dark) path += `M${x} ${y}h1v1h-1z`;
    }));
    return (
        <svg className={css.code} viewBox={`0 0 ${size} ${size}`} role="img" aria-label={label} shapeRendering="crispEdges">
            <path d={path} />
        </svg>
    );
}
