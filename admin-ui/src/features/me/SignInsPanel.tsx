import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';

import { api } from '../../api/client';
import type { Schema } from '../../api/types';
import { Button } from '../../components/Button';
import { Chip } from '../../components/Chip';
import { Panel } from '../../components/Panel';
import { ErrorState, Skeleton } from '../../components/States';
import { showToast } from '../../components/Toasts';
import { ago } from '../../format/durations';
import { useTimes } from '../../shell/useTimes';
import css from './MePage.module.css';
import { browserName } from './browserName';
import { signInsKey } from './queryKeys';
import { meTexts } from './texts';

const texts = meTexts.signIns;

export function SignInsPanel() {
    const client = useQueryClient();
    const times = useTimes();
    const list = useQuery({
        queryKey: signInsKey,
        queryFn: async ({ signal }) => (await api.get<Schema<'SignInList'>>('/me/sign-ins', { signal })).data.items,
    });
    const end = useMutation({
        mutationFn: async (id: string | 'others') => api.delete(id === 'others' ? '/me/sign-ins' : `/me/sign-ins/${encodeURIComponent(id)}`),
        onSuccess: (_reply, id) => {
            showToast({ text: id === 'others' ? texts.othersEnded : texts.ended });
            void client.invalidateQueries({ queryKey: signInsKey });
        },
    });
    const others = list.data?.filter((each) => !each.current).length ?? 0;
    return (
        <Panel title={texts.title} actions={others > 0 && <Button size="small" busy={end.isPending} onClick={() => end.mutate('others')}>{texts.endOthers}</Button>}>
            {list.isPending && <Skeleton rows={2} />}
            {list.isError && <ErrorState what={texts.what} error={list.error} onRetry={() => void list.refetch()} compact />}
            <ul className={css.signIns}>
                {list.data?.map((each) => (
                    <li key={each.id}>
                        <div className={css.signIn}>
                            <b>{browserName(each.user_agent)}</b> {each.current && <Chip tone="allow">{texts.this}</Chip>}
                            <span className={css.where} title={each.user_agent}>
                                {each.address}, {texts.since(times.dayAndTime(each.created_at))}, {texts.used(ago(each.last_seen_at))}
                            </span>
                        </div>
                        {!each.current && (
                            <Button size="small" aria-label={texts.endLabel(browserName(each.user_agent))} onClick={() => end.mutate(each.id)}>{texts.end}</Button>
                        )}
                    </li>
                ))}
            </ul>
            {list.data && others === 0 && <p className={css.text}>{texts.none}</p>}
        </Panel>
    );
}
