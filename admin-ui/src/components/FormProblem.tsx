// Why a form was not taken: the fields by name, or what the server said.
import { TriangleAlert } from 'lucide-react';

import { sentence } from './Field';
import css from './FormProblem.module.css';
import { componentTexts } from './texts';

interface Props {
    problem: unknown;
    errors: Readonly<Record<string, string>>;
}

export function FormProblem({ problem, errors }: Props) {
    const messages = Object.entries(errors).map(([field, message]) => sentence(field, message));
    const said = problem as { title?: string; detail?: string; message?: string } | null;
    if (messages.length === 0 && !said) return null;
    return (
        <div className={css.box} role="alert">
            <TriangleAlert aria-hidden="true" size={16} />
            {messages.length > 0 ? (
                <div>
                    {componentTexts.form.problems(messages.length)} {messages.join(' ')}
                </div>
            ) : (
                <div>{said?.detail || said?.title || said?.message}</div>
            )}
        </div>
    );
}
