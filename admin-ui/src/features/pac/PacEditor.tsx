// The editor for a PAC file: CodeMirror inside a shadow root, where its styles are adopted sheets
// and the page's Content-Security-Policy holds. Loaded when it is needed.
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { bracketMatching, HighlightStyle, indentUnit, StreamLanguage, syntaxHighlighting } from '@codemirror/language';
import { javascript } from '@codemirror/legacy-modes/mode/javascript';
import { EditorState, StateEffect, StateField } from '@codemirror/state';
import { Decoration, type DecorationSet, drawSelection, EditorView, highlightActiveLine, keymap, lineNumbers } from '@codemirror/view';
import { tags } from '@lezer/highlight';
import { useEffect, useEffectEvent, useRef } from 'react';

import css from './PacPage.module.css';

export interface EditorProblem {
    text: string;
    /** From 1. */
    line: number;
    column: number;
}

interface Props {
    label: string;
    value: string;
    onChange?(value: string): void;
    onSave?(): void;
    problem?: EditorProblem | null;
}

const colours = HighlightStyle.define([
    { tag: tags.keyword, color: 'var(--inspect-text)' },
    { tag: tags.string, color: 'var(--allow-text)' },
    { tag: tags.regexp, color: 'var(--allow-text)' },
    { tag: tags.number, color: 'var(--accent)' },
    { tag: tags.bool, color: 'var(--accent)' },
    { tag: tags.comment, color: 'var(--text-3)', fontStyle: 'italic' },
]);

const look = EditorView.theme({
    '&': { height: '100%', color: 'var(--text-1)', backgroundColor: 'var(--surface)', fontSize: '12.5px' },
    '&.cm-focused': { outline: '2px solid var(--accent)', outlineOffset: '-2px' },
    '.cm-scroller': { fontFamily: 'var(--mono)', lineHeight: '1.55' },
    '.cm-content': { caretColor: 'var(--text-1)', padding: '8px 0' },
    '.cm-gutters': { backgroundColor: 'var(--sunken)', color: 'var(--text-2)', borderRight: '1px solid var(--line)' },
    '.cm-activeLine': { backgroundColor: 'color-mix(in srgb, var(--hover) 60%, transparent)' },
    '.cm-cursor': { borderLeftColor: 'var(--text-1)' },
    '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground': { backgroundColor: 'var(--accent-soft)' },
    '.cm-matchingBracket': { backgroundColor: 'var(--accent-soft)', outline: '1px solid var(--line-strong)' },
    '.cm-problem': { backgroundColor: 'var(--deny-bg)', textDecoration: 'underline wavy var(--deny-text)' },
});

const setProblem = StateEffect.define<EditorProblem | null>();

/** Underlines the line that an error is in; what it says stands below the editor. */
const problemLine = StateField.define<DecorationSet>({
    create: () => Decoration.none,
    update: (marks, { effects, changes, state }) => {
        for (const effect of effects) {
            if (!effect.is(setProblem)) continue;
            if (effect.value === null) return Decoration.none;
            const line = state.doc.line(Math.min(Math.max(1, effect.value.line), state.doc.lines));
            return Decoration.set([Decoration.line({ class: 'cm-problem', attributes: { title: effect.value.text } }).range(line.from)]);
        }
        return marks.map(changes);
    },
    provide: (field) => EditorView.decorations.from(field),
});

/** What is typed over a selection is put in by the editor: browsers keep the look of the text that goes
 *  in a style attribute, which the page's Content-Security-Policy forbids. */
const typedOver = EditorView.domEventHandlers({
    beforeinput: (event, view) => {
        const { main } = view.state.selection;
        if (event.inputType !== 'insertText' || event.data === null || event.isComposing || main.empty || view.state.readOnly) return false;
        view.dispatch(view.state.replaceSelection(event.data), { userEvent: 'input.type', scrollIntoView: true });
        event.preventDefault();
        return true;
    },
});

export default function PacEditor({ label, value, onChange, onSave, problem }: Props) {
    const host = useRef<HTMLDivElement>(null);
    const view = useRef<EditorView | null>(null);
    const changed = useEffectEvent((text: string) => onChange?.(text));
    const save = useEffectEvent(() => onSave?.());
    const given = useEffectEvent(() => value);
    const readOnly = onChange === undefined;

    useEffect(() => {
        const element = host.current;
        if (!element) return;
        const root = element.shadowRoot ?? element.attachShadow({ mode: 'open' });
        root.replaceChildren();
        const made = new EditorView({
            root,
            parent: root,
            state: EditorState.create({
                doc: given(),
                extensions: [
                    lineNumbers(),
                    history(),
                    drawSelection(),
                    highlightActiveLine(),
                    bracketMatching(),
                    indentUnit.of('  '),
                    StreamLanguage.define(javascript),
                    syntaxHighlighting(colours),
                    problemLine,
                    typedOver,
                    look,
                    // The Tab key goes on to the next control: nobody is caught in here.
                    keymap.of([{ key: 'Mod-s', run: () => (save(), true) }, { key: 'Mod-Enter', run: () => (save(), true) }, ...defaultKeymap, ...historyKeymap]),
                    EditorState.readOnly.of(readOnly),
                    EditorView.contentAttributes.of({ 'aria-label': label, spellcheck: 'false', tabindex: '0', ...(readOnly ? { 'aria-readonly': 'true' } : {}) }),
                    EditorView.updateListener.of((update) => {
                        if (update.docChanged) changed(update.state.doc.toString());
                    }),
                ],
            }),
        });
        view.current = made;
        return () => made.destroy();
    }, [readOnly, label]);

    // What comes from outside (undone edits, somebody else's file), not what was just typed.
    useEffect(() => {
        const now = view.current;
        if (now && now.state.doc.toString() !== value) now.dispatch({ changes: { from: 0, to: now.state.doc.length, insert: value } });
    }, [value]);

    const { text, line, column } = problem ?? {};
    useEffect(() => {
        const shown = text === undefined || line === undefined || column === undefined ? null : { text, line, column };
        view.current?.dispatch({ effects: setProblem.of(shown) });
    }, [text, line, column, value]);

    return <div ref={host} className={css.editor} />;
}
