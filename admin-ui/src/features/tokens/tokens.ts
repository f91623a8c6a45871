// Requests about API tokens.
import { useQuery } from '@tanstack/react-query';

import { api } from '../../api/client';
import type { Schema } from '../../api/types';

export type Token = Schema<'Token'>;

export const tokensKey = ['tokens'] as const;

export function useTokens() {
    return useQuery({
        queryKey: tokensKey,
        queryFn: async ({ signal }) => (await api.get<Schema<'TokenList'>>('/tokens', { query: { limit: 500 }, signal })).data.items,
    });
}

/** What was typed, a line or a blank between two. */
export function networksIn(text: string): string[] {
    return text.split(/[\s,]+/).filter((part) => part !== '');
}
