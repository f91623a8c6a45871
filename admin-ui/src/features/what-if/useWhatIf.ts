// The proxy's own answer to a question, asked again whenever the policy changes.
import { keepPreviousData, useQuery } from '@tanstack/react-query';

import { api } from '../../api/client';
import { policyKeys } from '../../policy/queries';
import type { WhatIfAnswer } from '../../policy/types';
import { questionOf, type WhatIfState } from '../../policy/whatIfState';

export function useWhatIf(state: WhatIfState) {
    const input = questionOf(state);
    const question = input && { ...input, policy: state.policy, trace: state.mode };
    return useQuery({
        queryKey: policyKeys.whatIf(question),
        queryFn: async ({ signal }) => (await api.post<WhatIfAnswer>('/policy/what-if', question, { signal })).data,
        enabled: question !== null,
        placeholderData: keepPreviousData,
        staleTime: 0,
    });
}
