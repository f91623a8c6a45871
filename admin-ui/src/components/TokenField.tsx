// Several short values in one field: typed and taken with Enter or a comma, pasted many at once,
// removed one by one. Values that are likely can be offered.
import { X } from 'lucide-react';
import { type KeyboardEvent, useId, useState } from 'react';

import { classes } from './classes';
import { Field, type FieldProps } from './Field';
import { componentTexts } from './texts';
import css from './TokenField.module.css';

export interface Offer {
    value: string;
    label: string;
    /** A quiet word behind it: "1,204 entries". */
    detail?: string;
}

interface TokenFieldProps extends FieldProps {
    values: readonly string[];
    onChange(values: string[]): void;
    offers?: readonly Offer[];
    /** How a value is shown; as it is if left out. */
    labelOf?(value: string): string;
    /** What is wrong with single values, by their place. */
    valueErrors?: Readonly<Record<number, string>>;
    placeholder?: string;
    readOnly?: boolean;
    /** Only what is offered is taken. */
    offeredOnly?: boolean;
    name?: string;
}

const MostOffers = 8;

export function TokenField(props: TokenFieldProps) {
    const { label, labelHidden, hint, error, className, values, onChange, offers = [], labelOf = (value) => value } = props;
    const { valueErrors = {}, placeholder, readOnly, offeredOnly, name } = props;
    const [typed, setTyped] = useState('');
    const [open, setOpen] = useState(false);
    const [active, setActive] = useState(-1);
    const listId = useId();

    const shown = open && !readOnly ? matching(offers, typed, values) : [];
    const firstError = Object.values(valueErrors)[0];

    function add(text: string): void {
        const parts = offeredOnly ? [text] : partsOf(text);
        const fresh = parts.filter((part, at) => part !== '' && !values.includes(part) && parts.indexOf(part) === at);
        const allowed = offeredOnly ? fresh.flatMap((part) => valueOffered(offers, part)) : fresh;
        setTyped('');
        setActive(-1);
        if (allowed.length > 0) onChange([...values, ...allowed]);
    }

    function onKeyDown(event: KeyboardEvent<HTMLInputElement>): void {
        if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
            event.preventDefault();
            setOpen(true);
            const step = event.key === 'ArrowDown' ? 1 : -1;
            setActive((before) => (shown.length === 0 ? -1 : (before + step + shown.length) % shown.length));
        } else if (event.key === 'Enter') {
            const chosen = shown[active];
            if (!chosen && typed.trim() === '') return;
            event.preventDefault();
            add(chosen?.value ?? typed);
        } else if (event.key === ',' && !offeredOnly) {
            event.preventDefault();
            add(typed);
        } else if (event.key === 'Backspace' && typed === '' && values.length > 0) {
            event.preventDefault();
            onChange(values.slice(0, -1));
            if (!offeredOnly) setTyped(values[values.length - 1]!);
        } else if (event.key === 'Escape' && shown.length > 0) {
            event.preventDefault();
            setOpen(false);
        }
    }

    return (
        <Field {...{ label, labelHidden, hint, className }} error={error ?? firstError}>
            {(ties) => (
                <div className={classes(css.frame, readOnly && css.readOnly)}>
                    {values.length > 0 && (
                        <ul className={css.tokens} aria-label={label}>
                            {values.map((value, at) => (
                                <li key={value} className={classes(css.token, valueErrors[at] && css.wrong)} title={valueErrors[at]}>
                                    <span>{labelOf(value)}</span>
                                    {!readOnly && (
                                        <button
                                            type="button"
                                            aria-label={componentTexts.remove(labelOf(value))}
                                            onClick={() => onChange(values.filter((each) => each !== value))}
                                        >
                                            <X aria-hidden="true" size={13} />
                                        </button>
                                    )}
                                </li>
                            ))}
                        </ul>
                    )}
                    <input
                        {...ties}
                        name={name}
                        type="text"
                        role="combobox"
                        autoComplete="off"
                        spellCheck={false}
                        aria-expanded={shown.length > 0}
                        aria-controls={shown.length > 0 ? listId : undefined}
                        aria-autocomplete="list"
                        aria-activedescendant={shown[active] ? `${listId}-${active}` : undefined}
                        value={typed}
                        readOnly={readOnly}
                        placeholder={values.length === 0 ? placeholder : undefined}
                        onChange={(event) => {
                            setTyped(event.target.value);
                            setOpen(true);
                            setActive(-1);
                        }}
                        onFocus={() => setOpen(true)}
                        onBlur={() => {
                            setOpen(false);
                            if (typed.trim() !== '') add(typed);
                        }}
                        onKeyDown={onKeyDown}
                        onPaste={(event) => {
                            const text = event.clipboardData.getData('text');
                            if (offeredOnly || !/[\n,]/.test(text)) return;
                            event.preventDefault();
                            add(typed + text);
                        }}
                    />
                    {shown.length > 0 && (
                        <ul id={listId} role="listbox" aria-label={label} className={css.offers}>
                            {shown.map((offer, at) => (
                                <li
                                    key={offer.value}
                                    id={`${listId}-${at}`}
                                    role="option"
                                    aria-selected={at === active}
                                    className={classes(css.offer, at === active && css.active)}
                                    // Taken before the field loses the focus.
                                    onPointerDown={(event) => {
                                        event.preventDefault();
                                        add(offer.value);
                                    }}
                                >
                                    <span>{offer.label}</span>
                                    {offer.detail && <small>{offer.detail}</small>}
                                </li>
                            ))}
                        </ul>
                    )}
                </div>
            )}
        </Field>
    );
}

function partsOf(text: string): string[] {
    return text.split(/[\n,]/).map((part) => part.trim()).filter((part) => part !== '');
}

function matching(offers: readonly Offer[], typed: string, taken: readonly string[]): Offer[] {
    const wanted = typed.trim().toLowerCase();
    return offers
        .filter((offer) => !taken.includes(offer.value))
        .filter((offer) => wanted === '' || offer.label.toLowerCase().includes(wanted) || offer.value.toLowerCase().includes(wanted))
        .slice(0, MostOffers);
}

function valueOffered(offers: readonly Offer[], text: string): string[] {
    const wanted = text.trim().toLowerCase();
    const found = offers.find((offer) => offer.value.toLowerCase() === wanted || offer.label.toLowerCase() === wanted);
    return found ? [found.value] : [];
}
