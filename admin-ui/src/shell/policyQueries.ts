// The two facts about the policy that every page shows, kept fresh by the live feed.
import { useQuery, useQueryClient } from '@tanstack/react-query';

import { useLive } from '../api/live';
import { livePolicyQuery, policyDraftQuery, policyKey } from '../api/policy';
import type { Schema } from '../api/types';

export function useLivePolicy() {
    return useQuery(livePolicyQuery);
}

export function useDraftChanges() {
    return useQuery({ ...policyDraftQuery, select: ({ draft }) => (draft.exists ? draft.change_count : 0) });
}

export function usePolicyEvents(): void {
    const client = useQueryClient();
    const refetch = () => void client.invalidateQueries({ queryKey: policyKey });
    useLive<Schema<'LivePolicyEvent'>>('policy', {
        onData: ({ event }) => {
            if (event !== 'presence') refetch();
        },
        onGap: refetch,
    });
}
