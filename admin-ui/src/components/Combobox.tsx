// An input with suggestions that are looked up while typing. What is typed is a value as well,
// unless `strict`: then only a suggestion is taken.
import { type KeyboardEvent, type ReactNode, useEffect, useEffectEvent, useId, useState } from 'react';

import css from './Combobox.module.css';
import { Field, type FieldProps } from './Field';
import fieldCss from './Field.module.css';
import { classes } from './classes';
import { componentTexts } from './texts';

export interface Choice {
    value: string;
    label: string;
    more?: ReactNode;
}

interface Props extends FieldProps {
    /** The text in the input. */
    value: string;
    onChange(text: string): void;
    /** A suggestion was taken, or Enter pressed on free text. */
    onChoose(choice: Choice): void;
    /** Called 150 ms after the last key; an older call is aborted. */
    lookUp(text: string, signal: AbortSignal): Promise<readonly Choice[]>;
    strict?: boolean;
    placeholder?: string;
    disabled?: boolean;
    name?: string;
    /** Also with nothing typed. */
    openOnFocus?: boolean;
}

export function Combobox({ label, labelHidden, hint, error, className, value, onChange, onChoose, lookUp, strict, placeholder, disabled, name, openOnFocus }: Props) {
    const listId = useId();
    const [open, setOpen] = useState(false);
    const [choices, setChoices] = useState<readonly Choice[] | null>(null);
    const [active, setActive] = useState(-1);
    const find = useEffectEvent(lookUp);

    useEffect(() => {
        if (!open || (value === '' && !openOnFocus)) return;
        const abort = new AbortController();
        const timer = setTimeout(() => {
            find(value, abort.signal).then(
                (found) => {
                    setChoices(found);
                    setActive(strict && found.length > 0 ? 0 : -1);
                },
                () => {
                    if (!abort.signal.aborted) setChoices([]);
                },
            );
        }, 150);
        return () => {
            clearTimeout(timer);
            abort.abort();
        };
    }, [open, value, openOnFocus, strict]);

    function choose(choice: Choice): void {
        setOpen(false);
        setActive(-1);
        onChoose(choice);
    }

    function onKeyDown(event: KeyboardEvent<HTMLInputElement>): void {
        const last = (choices?.length ?? 0) - 1;
        if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
            event.preventDefault();
            setOpen(true);
            if (last < 0) return;
            const step = event.key === 'ArrowDown' ? 1 : -1;
            setActive((before) => (before + step > last ? 0 : before + step < 0 ? last : before + step));
        } else if (event.key === 'Enter' && !event.ctrlKey && !event.metaKey) {
            const chosen = open ? choices?.[active] : undefined;
            if (chosen) {
                event.preventDefault();
                choose(chosen);
            } else if (!strict && value.trim() !== '') {
                event.preventDefault();
                choose({ value: value.trim(), label: value.trim() });
            }
        } else if (event.key === 'Escape' && open) {
            event.preventDefault();
            event.stopPropagation();
            setOpen(false);
        }
    }

    const shown = open && choices !== null && (value !== '' || openOnFocus);
    return (
        <Field {...{ label, labelHidden, hint, error, className }}>
            {(ties) => (
                <span className={classes(fieldCss.frame, css.anchor)}>
                    <input
                        {...ties}
                        name={name}
                        type="text"
                        role="combobox"
                        autoComplete="off"
                        spellCheck={false}
                        aria-expanded={Boolean(shown)}
                        aria-controls={shown ? listId : undefined}
                        aria-autocomplete="list"
                        aria-activedescendant={shown && active >= 0 ? `${listId}-${active}` : undefined}
                        placeholder={placeholder}
                        disabled={disabled}
                        value={value}
                        onChange={(event) => {
                            onChange(event.target.value);
                            setOpen(true);
                        }}
                        onFocus={() => openOnFocus && setOpen(true)}
                        onBlur={() => setOpen(false)}
                        onKeyDown={onKeyDown}
                    />
                    {shown && (
                        <ul id={listId} role="listbox" aria-label={label} className={css.list}>
                            {choices.map((choice, index) => (
                                <li
                                    key={choice.value}
                                    id={`${listId}-${index}`}
                                    role="option"
                                    aria-selected={index === active}
                                    onPointerDown={(event) => {
                                        event.preventDefault(); // the input keeps the focus
                                        choose(choice);
                                    }}
                                >
                                    <span>{choice.label}</span>
                                    {choice.more && <span className={css.more}>{choice.more}</span>}
                                </li>
                            ))}
                            {choices.length === 0 && <li role="option" aria-disabled="true" aria-selected="false" className={css.none}>{componentTexts.noChoices}</li>}
                        </ul>
                    )}
                </span>
            )}
        </Field>
    );
}
