// Requests about people.
import { useQuery } from '@tanstack/react-query';

import { api } from '../../api/client';
import type { Schema } from '../../api/types';

export type Person = Schema<'Person'>;

export const peopleKey = ['people'] as const;

export function pathOf(id: string): string {
    return `/people/${encodeURIComponent(id)}`;
}

export function usePeople() {
    return useQuery({
        queryKey: [...peopleKey, 'all'],
        queryFn: async ({ signal }) => (await api.get<Schema<'PersonList'>>('/people', { query: { limit: 500 }, signal })).data.items,
    });
}

export function useSignIns(id: string) {
    return useQuery({
        queryKey: [...peopleKey, 'sign-ins', id],
        queryFn: async ({ signal }) => (await api.get<Schema<'SignInList'>>(`${pathOf(id)}/sign-ins`, { signal })).data.items,
    });
}

const PasswordLetters = 'abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789';

/** Twenty characters that are not mistaken for one another. */
export function newPassword(): string {
    const values = crypto.getRandomValues(new Uint32Array(20));
    return Array.from(values, (value) => PasswordLetters[value % PasswordLetters.length]).join('');
}
