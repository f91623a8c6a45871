// Values of the record as people read them: the unit stands at the end of the name.
import { micros, millis, seconds } from '../../format/durations';
import { bytes, exactCount, NotApplicable } from '../../format/numbers';
import { auditTexts } from './texts';

export type RecordValue = string | number | boolean | readonly string[] | null | undefined;

export function fieldName(name: string): string {
    return auditTexts.recordFields[name] ?? name;
}

export function valueText(name: string, value: unknown): string {
    if (value === null || value === undefined || value === '') return NotApplicable;
    if (typeof value === 'boolean') return value ? auditTexts.detail.yes : auditTexts.detail.no;
    if (Array.isArray(value)) return value.length > 0 ? value.map(String).join(', ') : NotApplicable;
    if (typeof value === 'object') return JSON.stringify(value);
    const amount = Number(value);
    if (!Number.isFinite(amount)) return String(value);
    if (name.endsWith('_ms')) return millis(amount);
    if (name.endsWith('_us')) return micros(amount);
    if (name.endsWith('_s')) return seconds(amount);
    if (name.includes('bytes')) return bytes(amount);
    return typeof value === 'number' && !/(port|version|status|code)$/.test(name) ? exactCount(value) : String(value);
}
