// A form of settings that are kept with the accounts: its values, and how they are saved.
import { type QueryKey, useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';

import { api } from '../../api/client';
import { fieldErrors } from '../../api/problem';
import { showToast } from '../../components/Toasts';

interface Kept<Values> {
    path: string;
    saved: Values;
    etag: string | null;
    /** What is out of date once it is saved; left out: everything. */
    outdates?: QueryKey;
    savedText: string;
}

export function useKeptForm<Values extends object>({ path, saved, etag, outdates, savedText }: Kept<Values>) {
    const client = useQueryClient();
    const [values, setValues] = useState(saved);
    const save = useMutation({
        mutationFn: () => api.patch(path, values, { ifMatch: etag }),
        onSuccess: () => {
            showToast({ text: savedText });
            void client.invalidateQueries(outdates && { queryKey: outdates });
        },
    });
    return {
        values,
        change: (part: Partial<Values>) => setValues({ ...values, ...part }),
        problem: save.error,
        errors: fieldErrors(save.error),
        isSaving: save.isPending,
        onSubmit: (event: FormEvent) => {
            event.preventDefault();
            save.mutate();
        },
    };
}
