// Requests about the PAC file and the addresses it is tried with.
import { useQuery } from '@tanstack/react-query';

import { api } from '../../api/client';
import type { Schema } from '../../api/types';

export type Pac = Schema<'Pac'>;
export type PacFile = Schema<'PacFile'>;
export type PacMode = PacFile['mode'];
export type PacTest = Schema<'PacTest'>;

export const pacKey = ['pac'] as const;
export const pacTestsKey = ['pac', 'tests'] as const;

export function usePac() {
    return useQuery({
        queryKey: [...pacKey, 'file'],
        queryFn: async ({ signal }) => (await api.get<Pac>('/pac', { signal })).data,
    });
}

export function usePacTests() {
    return useQuery({
        queryKey: pacTestsKey,
        queryFn: async ({ signal }) => (await api.get<{ items: PacTest[] }>('/pac/tests', { signal })).data.items,
    });
}

/** The first IPv4 address of a name as the server sees it; null when it has none. */
export async function resolve(host: string): Promise<string | null> {
    const { data } = await api.post<Schema<'Resolved'>>('/pac/resolve', { host });
    return data.addresses.find((address) => !address.includes(':')) ?? null;
}
