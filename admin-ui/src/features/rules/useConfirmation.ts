// Keeping or taking back a version that was published on trial.
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';

import { api } from '../../api/client';
import { ApiProblem } from '../../api/problem';
import { showToast } from '../../components/Toasts';
import { refreshPolicy } from '../../policy/queries';
import type { LivePolicy } from '../../policy/types';
import { rulesTexts } from './texts';

export function useConfirmation() {
    const client = useQueryClient();
    const [busy, setBusy] = useState(false);

    async function act(send: () => Promise<string>): Promise<void> {
        setBusy(true);
        try {
            showToast({ text: await send() });
        } catch (error) {
            showToast({ text: error instanceof ApiProblem ? error.detail || error.title : String(error), tone: 'problem' });
        } finally {
            setBusy(false);
            void refreshPolicy(client);
        }
    }

    return {
        busy,
        keep: (version: number) => act(async () => {
            await api.post('/policy/confirm', { version });
            return rulesTexts.confirm.kept(version);
        }),
        goBack: (version: number) => act(async () => {
            const { etag } = await api.get<LivePolicy>('/policy/live');
            await api.post('/policy/rollback', { to_version: version, note: rulesTexts.confirm.note(version) }, { ifMatch: etag });
            return rulesTexts.confirm.wentBack(version);
        }),
    };
}
