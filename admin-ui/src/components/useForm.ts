// A form: one valibot schema gives type and messages; the server's field errors land on the same
// fields.
import * as v from 'valibot';
import { type FormEvent, useState } from 'react';

interface ServerProblem {
    errors?: ReadonlyArray<{ pointer: string; detail: string }>;
}

type Shape = v.GenericSchema<Record<string, unknown>, unknown>;

interface Options<S extends Shape> {
    schema: S;
    initial: v.InferInput<S>;
    /** Resolves when done; what it throws is shown. */
    submit(values: v.InferOutput<S>): Promise<unknown>;
}

export interface BoundField<Value> {
    name: string;
    value: Value;
    onChange(value: Value): void;
    error: string | undefined;
}

export function useForm<S extends Shape>({ schema, initial, submit }: Options<S>) {
    type Values = v.InferInput<S>;
    const [values, setValues] = useState<Values>(initial);
    const [errors, setErrors] = useState<Record<string, string>>({});
    const [problem, setProblem] = useState<unknown>(null);
    const [busy, setBusy] = useState(false);

    function set<Name extends keyof Values & string>(name: Name, value: Values[Name]): void {
        setValues((before) => ({ ...before, [name]: value }));
        setErrors(({ [name]: _gone, ...others }) => others);
    }

    /** True when it went through. */
    async function send(): Promise<boolean> {
        if (busy) return false;
        const parsed = v.safeParse(schema, values);
        if (!parsed.success) {
            setErrors(messagesOf(parsed.issues));
            setProblem(null);
            return false;
        }
        setBusy(true);
        setProblem(null);
        setErrors({});
        try {
            await submit(parsed.output);
            return true;
        } catch (error) {
            setErrors(serverMessages(error));
            setProblem(error);
            return false;
        } finally {
            setBusy(false);
        }
    }

    return {
        values,
        set,
        errors,
        setErrors,
        /** What the server said, also when its fields are shown. */
        problem,
        busy,
        send,
        onSubmit: (event: FormEvent) => {
            event.preventDefault();
            void send();
        },
        reset: (next: Values) => {
            setValues(next);
            setErrors({});
            setProblem(null);
        },
        field: <Name extends keyof Values & string>(name: Name): BoundField<Values[Name]> => ({
            name,
            value: values[name],
            onChange: (value) => set(name, value),
            error: errors[name],
        }),
    };
}

function messagesOf(issues: ReadonlyArray<v.BaseIssue<unknown>>): Record<string, string> {
    const messages: Record<string, string> = {};
    for (const issue of issues) messages[v.getDotPath(issue) ?? ''] ??= issue.message;
    return messages;
}

function serverMessages(error: unknown): Record<string, string> {
    const messages: Record<string, string> = {};
    for (const { pointer, detail } of (error as ServerProblem | null)?.errors ?? []) {
        messages[pointer.replace(/^#?\//, '').replaceAll('/', '.')] ??= detail;
    }
    return messages;
}
