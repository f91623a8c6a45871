// How often the checks of profiles found something, by the names of both.
import { useQuery } from '@tanstack/react-query';

import { api } from '../../api/client';
import type { Schema } from '../../api/types';
import { policyKeys, StatsDays } from '../../policy/queries';

export type CheckStats = Schema<'CheckStats'>['items'][number];

/** Of one profile; missing until the server has said it. A check that never found anything has none. */
export function useCheckStats(profile: string): ReadonlyMap<string, CheckStats> | undefined {
    return useQuery({
        queryKey: policyKeys.checkStats(StatsDays),
        queryFn: async ({ signal }) => (await api.get<Schema<'CheckStats'>>('/policy/stats/checks', { query: { days: StatsDays }, signal })).data.items,
        refetchInterval: 30_000,
        select: (items) => new Map(items.filter((each) => each.profile_id === profile).map((each) => [each.check, each])),
    }).data;
}
