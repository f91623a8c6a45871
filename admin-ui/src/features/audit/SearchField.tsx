// The search field: what is searched for stands in it as chips, and more can be typed in the grammar.
// Fields and their values are completed; a mistake is named below with its place.
import { RotateCw, Search, X } from 'lucide-react';
import { type KeyboardEvent, memo, useEffect, useEffectEvent, useId, useState } from 'react';

import { IconButton } from '../../components/Button';
import { classes } from '../../components/classes';
import { fieldKinds, searchFields } from './fields';
import { type Filter, withoutTerm, withTerms } from './filter';
import { type Mistake, parse, printTerm, splitWords } from './grammar';
import { fetchFacetValues } from './requests';
import css from './SearchField.module.css';
import { type Suggestion, suggestFields, suggestValues } from './suggestions';
import { type LabelOf, wordsOf } from './termWords';
import { auditTexts } from './texts';

interface Props {
    filter: Filter;
    onChange(filter: Filter): void;
    onSearchAgain(): void;
    labelOf: LabelOf;
    /** Values are completed from what was recorded since. */
    since: string;
    /** What the server says against the search. */
    problem?: string | undefined;
}

const texts = auditTexts.search;

/** Keys in the table must not draw it again. */
export const SearchField = memo(function SearchField({ filter, onChange, onSearchAgain, labelOf, since, problem }: Props) {
    const id = useId();
    const [text, setText] = useState('');
    const [mistakes, setMistakes] = useState<readonly Mistake[]>([]);
    const [open, setOpen] = useState(false);
    const [active, setActive] = useState(-1);
    const suggestions = useSuggestions(text, since, open);
    const shown = open && suggestions.length > 0;

    function type(next: string): void {
        setText(next);
        setMistakes([]);
        setActive(-1);
        setOpen(true);
    }

    function take(): void {
        const reading = parse(text, fieldKinds);
        if (reading.mistakes.length > 0) {
            setMistakes(reading.mistakes);
            setOpen(false);
            return;
        }
        setText('');
        setOpen(false);
        if (reading.terms.length > 0) onChange(withTerms(filter, reading.terms));
        else onSearchAgain();
    }

    function accept(suggestion: Suggestion): void {
        const words = splitWords(text);
        const before = text.slice(0, words.at(-1)?.at ?? text.length);
        setActive(-1);
        if (suggestion.kind === 'field') {
            type(`${before}${suggestion.insert}`);
            return;
        }
        const reading = parse(before, fieldKinds);
        setText(reading.mistakes.length > 0 ? before : '');
        setMistakes(reading.mistakes);
        setOpen(false);
        onChange(withTerms(filter, [...(reading.mistakes.length > 0 ? [] : reading.terms), suggestion.term]));
    }

    function edit(index: number): void {
        const term = filter[index];
        if (!term) return;
        onChange(withoutTerm(filter, term));
        type(printTerm(term));
    }

    function onKeyDown(event: KeyboardEvent<HTMLInputElement>): void {
        const last = suggestions.length - 1;
        if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
            event.preventDefault();
            setOpen(true);
            const step = event.key === 'ArrowDown' ? 1 : -1;
            setActive((before) => (before + step > last ? 0 : before + step < 0 ? last : before + step));
        } else if (event.key === 'Enter' || (event.key === 'Tab' && shown && active >= 0)) {
            event.preventDefault();
            const chosen = shown ? suggestions[active] : undefined;
            if (chosen) accept(chosen);
            else take();
        } else if (event.key === 'Escape') {
            event.preventDefault();
            event.stopPropagation();
            if (shown) setOpen(false);
            else if (text !== '') type('');
            else event.currentTarget.blur();
        } else if (event.key === 'Backspace' && text === '' && filter.length > 0) {
            event.preventDefault();
            edit(filter.length - 1);
        }
    }

    const said = mistakes[0] ? sentenceOfMistake(mistakes[0]) : problem;
    return (
        <div className={css.wrap}>
            <div className={classes(css.field, said && css.wrong)} role="search" data-search>
                <Search aria-hidden="true" size={16} className={css.icon} />
                <ul className={css.chips}>
                    {filter.map((term, index) => {
                        const words = wordsOf(term, labelOf);
                        const name = `${words.field} ${words.value}`;
                        return (
                            <li key={printTerm(term)} className={classes(css.chip, term.sense === 'not' && css.not)}>
                                <button type="button" className={css.words} title={texts.change(name)} onClick={() => edit(index)}>
                                    {words.field} <b>{words.value}</b>
                                </button>
                                <button type="button" className={css.remove} aria-label={`Remove ${name}`} onClick={() => onChange(withoutTerm(filter, term))}>
                                    <X aria-hidden="true" size={13} />
                                </button>
                            </li>
                        );
                    })}
                    <li className={css.typed}>
                        <input
                            id={id}
                            type="text"
                            role="combobox"
                            aria-label={texts.label}
                            aria-expanded={shown}
                            aria-controls={shown ? `${id}-list` : undefined}
                            aria-autocomplete="list"
                            aria-activedescendant={shown && active >= 0 ? `${id}-${active}` : undefined}
                            aria-invalid={said ? true : undefined}
                            aria-describedby={said ? `${id}-said` : undefined}
                            autoComplete="off"
                            autoCapitalize="off"
                            spellCheck={false}
                            enterKeyHint="search"
                            placeholder={filter.length > 0 ? texts.placeholder : texts.placeholderEmpty}
                            value={text}
                            onChange={(event) => type(event.target.value)}
                            onFocus={() => setOpen(true)}
                            onBlur={() => setOpen(false)}
                            onKeyDown={onKeyDown}
                        />
                    </li>
                </ul>
                {filter.length > 0 && (
                    <button type="button" className={css.clear} onClick={() => onChange([])}>{texts.clear}</button>
                )}
                <IconButton icon={RotateCw} size="small" label={texts.refresh} onClick={() => (text ? take() : onSearchAgain())} />
                {shown && (
                    <ul id={`${id}-list`} role="listbox" aria-label={texts.suggestions} className={css.list}>
                        {suggestions.map((suggestion, index) => (
                            <li
                                key={suggestion.key}
                                id={`${id}-${index}`}
                                role="option"
                                aria-selected={index === active}
                                onPointerDown={(event) => {
                                    event.preventDefault(); // the input keeps the focus
                                    accept(suggestion);
                                }}
                            >
                                <span>{suggestion.label}</span>
                                {suggestion.more && <span className={css.more}>{suggestion.more}</span>}
                            </li>
                        ))}
                    </ul>
                )}
            </div>
            {said && <p id={`${id}-said`} role="alert" className={css.said}>{said}</p>}
        </div>
    );
});

function sentenceOfMistake(mistake: Mistake): string {
    const sentence = texts.mistakes[mistake.code](mistake.text);
    return mistake.code === 'unknown-field' ? `${sentence} ${texts.knownFields(searchFields.map(({ name }) => name).join(', '))}` : sentence;
}

/** Fields at once, values 150 ms after the last key. */
function useSuggestions(text: string, since: string, open: boolean): readonly Suggestion[] {
    const word = /\s$/.test(text) ? '' : (splitWords(text).at(-1)?.text ?? '');
    const [values, setValues] = useState<{ word: string; found: readonly Suggestion[] }>({ word: '', found: [] });
    const lookUp = useEffectEvent((signal: AbortSignal) =>
        suggestValues(word, (field, prefix) => fetchFacetValues(field, prefix, since, signal)));
    useEffect(() => {
        if (!open || !word.includes(':')) return;
        const abort = new AbortController();
        const timer = setTimeout(() => {
            lookUp(abort.signal).then((found) => setValues({ word, found }), () => undefined);
        }, 150);
        return () => {
            clearTimeout(timer);
            abort.abort();
        };
    }, [open, word]);
    if (!open) return [];
    return word.includes(':') ? (values.word === word ? values.found : []) : suggestFields(word);
}
