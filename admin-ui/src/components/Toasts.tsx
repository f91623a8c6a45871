// Short notices at the lower edge, with a way back ("Undo") where there is one.
import { X } from 'lucide-react';
import { useSyncExternalStore } from 'react';

import { announce } from './Announcer';
import { Button, IconButton } from './Button';
import { classes } from './classes';
import { componentTexts } from './texts';
import css from './Toasts.module.css';

export interface Toast {
    text: string;
    tone?: 'plain' | 'problem';
    action?: { label: string; run(): void };
    /** 10 s unless said otherwise; problems stay until dismissed. */
    milliseconds?: number;
}

type Shown = Toast & { id: number };

const MostShown = 3;
let shown: readonly Shown[] = [];
let lastId = 0;
const listeners = new Set<() => void>();

export function showToast(toast: Toast): () => void {
    lastId += 1;
    const id = lastId;
    change([...shown.slice(-(MostShown - 1)), { ...toast, id }]);
    announce(toast.text);
    if (toast.tone !== 'problem') setTimeout(() => dismiss(id), toast.milliseconds ?? 10_000);
    return () => dismiss(id);
}

function dismiss(id: number): void {
    if (shown.some((toast) => toast.id === id)) change(shown.filter((toast) => toast.id !== id));
}

function change(next: readonly Shown[]): void {
    shown = next;
    listeners.forEach((listener) => listener());
}

function watch(listener: () => void): () => void {
    listeners.add(listener);
    return () => listeners.delete(listener);
}

export function Toasts() {
    const toasts = useSyncExternalStore(watch, () => shown);
    if (toasts.length === 0) return null;
    return (
        <section className={css.region} aria-label="Notices">
            {toasts.map((toast) => (
                <div key={toast.id} className={classes(css.toast, toast.tone === 'problem' && css.problem)}>
                    <span>{toast.text}</span>
                    {toast.action && (
                        <Button
                            size="small"
                            onClick={() => {
                                toast.action?.run();
                                dismiss(toast.id);
                            }}
                        >
                            {toast.action.label}
                        </Button>
                    )}
                    <IconButton icon={X} size="small" label={componentTexts.dismiss} onClick={() => dismiss(toast.id)} />
                </div>
            ))}
        </section>
    );
}
