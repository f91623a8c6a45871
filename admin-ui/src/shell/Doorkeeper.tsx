// Stands in the way when the server does: asks for sign-in, or the password, over the page. The client
// repeats the refused request afterwards.
import { lazy, Suspense, useEffect, useState } from 'react';

import { api } from '../api/client';

const SignInAgain = lazy(() => import('./SignInAgain'));
const ConfirmPassword = lazy(() => import('./ConfirmPassword'));

interface Question {
    kind: 'sign-in' | 'confirm';
    resolve(): void;
    reject(reason: unknown): void;
}

export function Doorkeeper() {
    const [questions, setQuestions] = useState<readonly Question[]>([]);
    useEffect(() => {
        const ask = (kind: Question['kind']) =>
            new Promise<void>((resolve, reject) => setQuestions((before) => [...before, { kind, resolve, reject }]));
        api.setDoorkeeper({ signInAgain: () => ask('sign-in'), confirmPassword: () => ask('confirm') });
        return () => api.setDoorkeeper(null);
    }, []);

    // Somebody who is signed out is asked for that first.
    const question = questions.find((each) => each.kind === 'sign-in') ?? questions[0];
    if (!question) return null;
    const answered = (): void => {
        setQuestions((before) => before.filter((each) => each !== question));
        question.resolve();
    };
    const refused = (): void => {
        setQuestions((before) => before.filter((each) => each !== question));
        question.reject(new Error('given up'));
    };
    return (
        <Suspense>
            {question.kind === 'sign-in' ? <SignInAgain onDone={answered} /> : <ConfirmPassword onDone={answered} onCancel={refused} />}
        </Suspense>
    );
}
