// Numbers as people read them here: counts, percentages, bytes, rates. "–" stands for a value that
// does not apply; it is never 0.
export const NotApplicable = '–';

type Amount = number | string | bigint | null | undefined;

const whole = new Intl.NumberFormat(undefined, { maximumFractionDigits: 0 });
const oneDecimal = new Intl.NumberFormat(undefined, { minimumFractionDigits: 1, maximumFractionDigits: 1 });

/** uint64 values come as strings; the last digits do not matter for display. */
function toNumber(amount: Amount): number | null {
    if (amount === null || amount === undefined || amount === '') return null;
    const value = Number(amount);
    return Number.isFinite(value) ? value : null;
}

/** One decimal below 10, none above: 9.4, 12, 112. */
function short(value: number): string {
    const rounded = Math.round(value * 10) / 10;
    return Math.abs(rounded) < 10 && !Number.isInteger(rounded) ? oneDecimal.format(rounded) : whole.format(value);
}

/** Full number with group separators; for titles. */
export function exactCount(amount: Amount): string {
    const value = toNumber(amount);
    return value === null ? NotApplicable : whole.format(value);
}

/** 9,999 in full, then 12.3k, 1.2M. */
export function count(amount: Amount): string {
    const value = toNumber(amount);
    if (value === null) return NotApplicable;
    if (Math.abs(value) < 10_000) return whole.format(value);
    for (const [size, suffix] of [[1e3, 'k'], [1e6, 'M'], [1e9, 'G'], [1e12, 'T']] as const) {
        const scaled = value / size;
        if (Math.abs(scaled) < 999.5) {
            return (Math.abs(scaled) < 100 ? trimmed(scaled) : whole.format(scaled)) + suffix;
        }
    }
    return whole.format(value / 1e12) + 'T';
}

function trimmed(value: number): string {
    const rounded = Math.round(value * 10) / 10;
    return Number.isInteger(rounded) ? whole.format(rounded) : oneDecimal.format(rounded);
}

const byteUnits = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'] as const;

export function bytes(amount: Amount): string {
    const value = toNumber(amount);
    if (value === null) return NotApplicable;
    let scaled = value;
    let unit = 0;
    while (Math.abs(scaled) >= 1023.5 && unit < byteUnits.length - 1) {
        scaled /= 1024;
        unit += 1;
    }
    return `${unit === 0 ? whole.format(scaled) : short(scaled)} ${byteUnits[unit]}`;
}

const rateUnits = ['bit/s', 'kbit/s', 'Mbit/s', 'Gbit/s', 'Tbit/s'] as const;

/** Takes bytes per second, says bits per second. */
export function rate(bytesPerSecond: Amount): string {
    const value = toNumber(bytesPerSecond);
    if (value === null) return NotApplicable;
    let scaled = value * 8;
    let unit = 0;
    while (Math.abs(scaled) >= 999.5 && unit < rateUnits.length - 1) {
        scaled /= 1000;
        unit += 1;
    }
    return `${unit === 0 ? whole.format(scaled) : short(scaled)} ${rateUnits[unit]}`;
}

/** Takes a share of one: 0.076 is "7.6 %", 0.0031 is "0.31 %". */
export function percent(share: number | null | undefined): string {
    const value = percentNumber(share);
    return value === NotApplicable ? value : `${value} %`;
}

export function percentNumber(share: number | null | undefined): string {
    if (share === null || share === undefined || !Number.isFinite(share)) return NotApplicable;
    const value = share * 100;
    if (value === 0) return '0';
    const digits = Math.abs(value) < 1 ? 2 : Math.abs(value) < 100 ? 1 : 0;
    return new Intl.NumberFormat(undefined, { maximumFractionDigits: digits }).format(value);
}

/** How many in a second, without the unit: 0, 0.4, 9.5, 118. */
export function perSecond(value: number | null | undefined): string {
    if (value === null || value === undefined || !Number.isFinite(value)) return NotApplicable;
    return value < 10 ? short(value) : count(Math.round(value));
}
