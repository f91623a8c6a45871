// Begins to count the hits of a rule anew: at once, in no draft.
import { useMutation, useQueryClient } from '@tanstack/react-query';

import { api } from '../../api/client';
import { showToast } from '../../components/Toasts';
import { policyKeys, StatsDays } from '../../policy/queries';
import type { Rule } from '../../policy/types';
import { rulesTexts } from './texts';

export function useResetHits() {
    const client = useQueryClient();
    return useMutation({
        mutationFn: ({ id }: Rule) => api.post('/policy/stats/reset', { rule_ids: [id] }),
        onSuccess: (_answer, { name }) => {
            showToast({ text: rulesTexts.hitsReset(name) });
            void client.invalidateQueries({ queryKey: policyKeys.stats(StatsDays) });
        },
        onError: (error) => showToast({ tone: 'problem', text: error.message }),
    });
}
