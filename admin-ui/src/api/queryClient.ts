import { QueryClient } from '@tanstack/react-query';

import { ApiProblem } from './problem';

/** Refused requests are not repeated; a busy or unreachable server is asked twice more. */
function worthRepeating(failures: number, error: Error): boolean {
    if (!(error instanceof ApiProblem)) return false;
    return (error.status === 0 || error.status === 503) && failures < 2;
}

export const queryClient = new QueryClient({
    defaultOptions: {
        queries: { retry: worthRepeating, staleTime: 5_000, refetchOnWindowFocus: false },
        mutations: { retry: false },
    },
});
