// Fields of a form: label, control, hint and error, tied together for screen readers.
import { Eye, EyeOff, Minus, Plus, type LucideIcon } from 'lucide-react';
import { type InputHTMLAttributes, type ReactNode, type Ref, type SelectHTMLAttributes, type TextareaHTMLAttributes, useId, useState } from 'react';

import { IconButton } from './Button';
import { classes } from './classes';
import css from './Field.module.css';
import { componentTexts } from './texts';

export interface FieldProps {
    label: string;
    /** The label is said but not shown. */
    labelHidden?: boolean;
    hint?: ReactNode;
    error?: string | undefined;
    className?: string;
}

interface Ties {
    id: string;
    'aria-describedby': string | undefined;
    'aria-invalid': true | undefined;
}

/** The frame of any control. The control takes what `children` is called with. */
export function Field({ label, labelHidden, hint, error, className, children }: FieldProps & { children(ties: Ties): ReactNode }) {
    const id = useId();
    const describedBy = classes(hint ? `${id}-hint` : null, error ? `${id}-error` : null) || undefined;
    return (
        <div className={classes(css.field, className)}>
            <label htmlFor={id} className={labelHidden ? 'visually-hidden' : css.label}>{label}</label>
            {children({ id, 'aria-describedby': describedBy, 'aria-invalid': error ? true : undefined })}
            {hint && <p id={`${id}-hint`} className={css.hint}>{hint}</p>}
            {error && <p id={`${id}-error`} className={css.error}>{sentence(label, error)}</p>}
        </div>
    );
}

/** The server's messages are the rest of a sentence that begins with the field: "is too short". */
export function sentence(subject: string, message: string): string {
    return /^[a-z]/.test(message) ? `${subject} ${message}${/[.!?]$/.test(message) ? '' : '.'}` : message;
}

type Native<T> = Omit<T, 'onChange' | 'value' | 'size'>;

interface TextFieldProps extends FieldProps, Native<InputHTMLAttributes<HTMLInputElement>> {
    value: string;
    onChange(value: string): void;
    icon?: LucideIcon;
    /** After the text, inside the frame. */
    trailing?: ReactNode;
    ref?: Ref<HTMLInputElement>;
}

export function TextField({ label, labelHidden, hint, error, className, value, onChange, icon: Icon, trailing, ref, ...rest }: TextFieldProps) {
    return (
        <Field {...{ label, labelHidden, hint, error, className }}>
            {(ties) => (
                <span className={classes(css.frame, Icon && css.withIcon)}>
                    {Icon && <Icon aria-hidden="true" size={15} className={css.icon} />}
                    <input type="text" {...rest} {...ties} ref={ref} value={value} onChange={(event) => onChange(event.target.value)} />
                    {trailing}
                </span>
            )}
        </Field>
    );
}

export function PasswordField(props: Omit<TextFieldProps, 'type' | 'trailing'>) {
    const [shown, setShown] = useState(false);
    return (
        <TextField
            {...props}
            type={shown ? 'text' : 'password'}
            trailing={<IconButton size="small" icon={shown ? EyeOff : Eye} label={shown ? componentTexts.password.hide : componentTexts.password.show} onClick={() => setShown(!shown)} />}
        />
    );
}

interface NumberFieldProps extends FieldProps {
    value: number | null;
    onChange(value: number | null): void;
    min?: number;
    max?: number;
    step?: number;
    unit?: string;
    disabled?: boolean;
    name?: string;
}

/** Arrow keys and buttons step; what is typed is kept as typed until it is left. */
export function NumberField({ label, labelHidden, hint, error, className, value, onChange, min, max, step = 1, unit, disabled, name }: NumberFieldProps) {
    const [typed, setTyped] = useState<string | null>(null);
    const within = (next: number) => Math.min(max ?? Infinity, Math.max(min ?? -Infinity, next));
    const stepBy = (amount: number) => {
        setTyped(null);
        onChange(within((value ?? min ?? 0) + amount));
    };
    return (
        <Field {...{ label, labelHidden, hint, error, className }}>
            {(ties) => (
                <span className={css.frame}>
                    <input
                        {...ties}
                        name={name}
                        type="text"
                        inputMode="decimal"
                        disabled={disabled}
                        value={typed ?? (value === null ? '' : String(value))}
                        onChange={(event) => {
                            setTyped(event.target.value);
                            const text = event.target.value.trim();
                            if (text === '') onChange(null);
                            else if (Number.isFinite(Number(text))) onChange(Number(text));
                        }}
                        onBlur={() => {
                            setTyped(null);
                            if (value !== null && within(value) !== value) onChange(within(value));
                        }}
                        onKeyDown={(event) => {
                            if (event.key !== 'ArrowUp' && event.key !== 'ArrowDown') return;
                            event.preventDefault();
                            stepBy(event.key === 'ArrowUp' ? step : -step);
                        }}
                    />
                    {unit && <span className={css.unit}>{unit}</span>}
                    <IconButton size="small" icon={Minus} tabIndex={-1} disabled={disabled} label={componentTexts.decrease(label)} onClick={() => stepBy(-step)} />
                    <IconButton size="small" icon={Plus} tabIndex={-1} disabled={disabled} label={componentTexts.increase(label)} onClick={() => stepBy(step)} />
                </span>
            )}
        </Field>
    );
}

interface SelectProps<Value extends string> extends FieldProps, Native<SelectHTMLAttributes<HTMLSelectElement>> {
    value: Value;
    onChange(value: Value): void;
    options: ReadonlyArray<{ value: Value; label: string; disabled?: boolean }>;
}

/** The browser's own list: reachable and readable everywhere, and nothing to load. */
export function Select<Value extends string>({ label, labelHidden, hint, error, className, value, onChange, options, ...rest }: SelectProps<Value>) {
    return (
        <Field {...{ label, labelHidden, hint, error, className }}>
            {(ties) => (
                <span className={classes(css.frame, css.select)}>
                    <select {...rest} {...ties} value={value} onChange={(event) => onChange(event.target.value as Value)}>
                        {options.map((option) => (
                            <option key={option.value} value={option.value} disabled={option.disabled}>{option.label}</option>
                        ))}
                    </select>
                </span>
            )}
        </Field>
    );
}

interface TextareaProps extends FieldProps, Native<TextareaHTMLAttributes<HTMLTextAreaElement>> {
    value: string;
    onChange(value: string): void;
}

export function Textarea({ label, labelHidden, hint, error, className, value, onChange, rows = 3, ...rest }: TextareaProps) {
    return (
        <Field {...{ label, labelHidden, hint, error, className }}>
            {(ties) => (
                <span className={classes(css.frame, css.tall)}>
                    <textarea {...rest} {...ties} rows={rows} value={value} onChange={(event) => onChange(event.target.value)} />
                </span>
            )}
        </Field>
    );
}

interface CheckboxProps {
    label: ReactNode;
    hint?: ReactNode;
    checked: boolean;
    onChange(checked: boolean): void;
    disabled?: boolean;
    name?: string;
    /** Some of what it stands for. */
    mixed?: boolean;
    labelHidden?: boolean;
}

export function Checkbox({ label, hint, checked, onChange, disabled, name, mixed, labelHidden }: CheckboxProps) {
    const id = useId();
    return (
        <div className={css.checkbox}>
            <input
                id={id}
                type="checkbox"
                name={name}
                checked={checked}
                disabled={disabled}
                ref={(element) => {
                    if (element) element.indeterminate = Boolean(mixed);
                }}
                aria-describedby={hint ? `${id}-hint` : undefined}
                onChange={(event) => onChange(event.target.checked)}
            />
            <label htmlFor={id} className={labelHidden ? 'visually-hidden' : undefined}>{label}</label>
            {hint && <p id={`${id}-hint`} className={css.hint}>{hint}</p>}
        </div>
    );
}

interface RadioCardsProps<Value extends string> {
    label: string;
    options: ReadonlyArray<{ value: Value; label: string; hint?: ReactNode; disabled?: boolean }>;
    value: Value;
    onChange(value: Value): void;
}

/** One of few, each with a sentence that explains it. */
export function RadioCards<Value extends string>({ label, options, value, onChange }: RadioCardsProps<Value>) {
    const name = useId();
    return (
        <fieldset className={css.cards}>
            <legend className="visually-hidden">{label}</legend>
            {options.map((option) => (
                <div key={option.value} className={classes(css.card, option.value === value && css.chosen)}>
                    <input
                        type="radio"
                        id={`${name}-${option.value}`}
                        name={name}
                        checked={option.value === value}
                        disabled={option.disabled}
                        aria-describedby={option.hint ? `${name}-${option.value}-hint` : undefined}
                        onChange={() => onChange(option.value)}
                    />
                    <label htmlFor={`${name}-${option.value}`}>{option.label}</label>
                    {option.hint && <p id={`${name}-${option.value}-hint`} className={css.hint}>{option.hint}</p>}
                </div>
            ))}
        </fieldset>
    );
}

interface SwitchProps {
    label: string;
    checked: boolean;
    onChange(checked: boolean): void;
    /** Why it cannot be used. */
    reason?: string | undefined;
    labelShown?: boolean;
}

export function Switch({ label, checked, onChange, reason, labelShown }: SwitchProps) {
    const control = (
        <button
            type="button"
            role="switch"
            aria-checked={checked}
            aria-label={labelShown ? undefined : label}
            aria-disabled={reason ? true : undefined}
            title={reason}
            className={css.switch}
            onClick={() => {
                if (!reason) onChange(!checked);
            }}
        >
            <span className={css.track}><span className={css.thumb} /></span>
            {labelShown && <span>{label}</span>}
        </button>
    );
    return control;
}
