// Spans of time: 38 µs, 4 ms, 1.7 s, 3 min 5 s, 2 h 10 min, 41 days.
import { NotApplicable } from './numbers';

const whole = new Intl.NumberFormat(undefined, { maximumFractionDigits: 0 });
const oneDecimal = new Intl.NumberFormat(undefined, { maximumFractionDigits: 1 });

function short(value: number): string {
    return value < 10 ? oneDecimal.format(value) : whole.format(value);
}

export function micros(amount: number | null | undefined): string {
    if (amount === null || amount === undefined || !Number.isFinite(amount)) return NotApplicable;
    if (amount < 999.5) return `${whole.format(amount)} µs`;
    if (amount < 999_500) return `${short(amount / 1000)} ms`;
    return seconds(amount / 1e6);
}

export function millis(amount: number | null | undefined): string {
    return amount === null || amount === undefined ? NotApplicable : micros(amount * 1000);
}

export function seconds(amount: number | null | undefined): string {
    if (amount === null || amount === undefined || !Number.isFinite(amount)) return NotApplicable;
    if (amount < 1 && amount > 0) return micros(amount * 1e6);
    if (amount < 59.95) return `${short(amount)} s`;
    const total = Math.round(amount);
    if (total < 3600) return pair(Math.floor(total / 60), 'min', total % 60, 's');
    const minutes = Math.floor(total / 60);
    if (minutes < 48 * 60) return pair(Math.floor(minutes / 60), 'h', minutes % 60, 'min');
    return `${whole.format(Math.floor(minutes / 1440))} days`;
}

function pair(major: number, majorUnit: string, minor: number, minorUnit: string): string {
    return minor === 0 ? `${major} ${majorUnit}` : `${major} ${majorUnit} ${minor} ${minorUnit}`;
}

/** "2 h ago", one unit only. */
export function ago(then: string | number | Date, now: number = Date.now()): string {
    const passed = Math.max(0, (now - new Date(then).getTime()) / 1000);
    if (!Number.isFinite(passed)) return NotApplicable;
    if (passed < 5) return 'just now';
    return `${oneUnit(passed)} ago`;
}

export function oneUnit(amount: number): string {
    if (amount < 60) return `${Math.floor(amount)} s`;
    if (amount < 3600) return `${Math.floor(amount / 60)} min`;
    if (amount < 48 * 3600) return `${Math.floor(amount / 3600)} h`;
    return `${whole.format(Math.floor(amount / 86_400))} days`;
}
