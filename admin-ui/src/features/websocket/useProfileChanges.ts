// Changes of profiles go to the draft at once, one after the other; each has the etag of the profile
// as it was seen.
import { useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';

import { api } from '../../api/client';
import { ApiProblem, fieldErrors, isProblem } from '../../api/problem';
import { showToast } from '../../components/Toasts';
import { componentTexts } from '../../components/texts';
import { policyKeys, refreshPolicy, type WsProfile, type WsProfiles } from '../../policy/queries';
import { tagOf } from '../../policy/types';
import type { Schema } from '../../api/types';
import { websocketTexts } from './texts';

export type ProfileInput = Schema<'WsProfileInput'>;
export type ProfilePatch = Schema<'WsProfilePatch'>;

export interface StaleProfile {
    id: string;
    by: string | null;
}

export function useProfileChanges(onRenamed: (from: string, to: string) => void) {
    const client = useQueryClient();
    const last = useRef<Promise<unknown>>(Promise.resolve());
    const etags = useRef(new Map<string, string>());
    const [errors, setErrors] = useState<Readonly<Record<string, string>>>({});
    const [stale, setStale] = useState<StaleProfile | null>(null);

    function inTurn<Result>(act: () => Promise<Result>): Promise<Result> {
        const result = last.current.then(act);
        last.current = result.catch(() => undefined);
        return result;
    }

    function fail(error: unknown, id: string): false {
        if (isProblem(error, 'stale')) setStale({ id, by: typeof error.members.changed_by === 'string' ? error.members.changed_by : null });
        else if (error instanceof ApiProblem && error.errors.length > 0) setErrors(fieldErrors(error));
        else showToast({ text: error instanceof ApiProblem ? error.detail || error.title : String(error), tone: 'problem' });
        return false;
    }

    return {
        errors,
        stale,
        dropStale: () => {
            setStale(null);
            etags.current.clear();
            void refreshPolicy(client);
        },
        patch: (profile: WsProfile, patch: ProfilePatch): Promise<boolean> => inTurn(async () => {
            try {
                // Our own last change is no change of somebody else's.
                const etag = etags.current.get(profile.etag) ?? profile.etag;
                const { data } = await api.patch<WsProfile>(`/ws-rules/${encodeURIComponent(profile.id)}`, patch, { ifMatch: tagOf(etag) });
                for (const [seen, now] of etags.current) if (now === etag) etags.current.set(seen, data.etag);
                etags.current.set(etag, data.etag);
                client.setQueryData<WsProfiles>(policyKeys.profiles, (known) => known && {
                    ...known, items: known.items.map((each) => (each.id === profile.id ? data : each)),
                });
                setErrors({});
                if (data.id !== profile.id) onRenamed(profile.id, data.id);
                void refreshPolicy(client);
                return true;
            } catch (error) {
                return fail(error, profile.id);
            }
        }),
        add: (input: ProfileInput): Promise<string | null> => inTurn(async () => {
            try {
                const { data } = await api.create<WsProfile>('/ws-rules', input);
                await refreshPolicy(client);
                return data.id;
            } catch (error) {
                fail(error, input.name);
                return null;
            }
        }),
        remove: (profile: WsProfile): Promise<boolean> => inTurn(async () => {
            try {
                const etag = etags.current.get(profile.etag) ?? profile.etag;
                await api.delete(`/ws-rules/${encodeURIComponent(profile.id)}`, { ifMatch: tagOf(etag) });
                await refreshPolicy(client);
                const { name, checks, hold, digests, closeFrame } = profile as WsProfile & ProfileInput;
                showToast({
                    text: websocketTexts.removed(name),
                    action: { label: componentTexts.undo, run: () => void api.create('/ws-rules', { name, checks, hold, digests, closeFrame }).then(() => refreshPolicy(client)) },
                });
                return true;
            } catch (error) {
                return fail(error, profile.id);
            }
        }),
    };
}
