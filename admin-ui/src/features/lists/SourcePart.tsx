// Where a list comes from: a comment, and the address it is fetched from by itself.
import { useMutation } from '@tanstack/react-query';
import { RefreshCw } from 'lucide-react';
import { useEffect, useEffectEvent, useState } from 'react';

import { api } from '../../api/client';
import { isOver, jobIdFrom, useJob } from '../../api/jobs';
import { fieldErrors } from '../../api/problem';
import { Button } from '../../components/Button';
import { DescriptionList } from '../../components/DescriptionList';
import { NumberField, Select, Switch, TextField } from '../../components/Field';
import { FormProblem } from '../../components/FormProblem';
import { showToast } from '../../components/Toasts';
import { count } from '../../format/numbers';
import { useTimes } from '../../shell/useTimes';
import { intervalText } from './columns';
import { FileFormFields, type FileForm, plainForm } from './FileFormFields';
import { type DestinationList, type ListFeed, pathOf, useRefetchLists } from './lists';
import css from './ListsPage.module.css';
import { listsTexts } from './texts';

const texts = listsTexts.source;

interface Fields extends FileForm {
    url: string;
    interval_s: number;
    most_change_percent: number;
}

const noFeed: Fields = { ...plainForm, url: '', interval_s: 86400, most_change_percent: 30 };

export function SourcePart({ list, needs }: { list: DestinationList; needs: string | undefined }) {
    const refetch = useRefetchLists();
    const [comment, setComment] = useState(list.comment);
    const [fetched, setFetched] = useState(list.feed !== null);
    const [feed, setFeed] = useState<Fields>(list.feed ? fieldsOf(list.feed) : noFeed);
    const save = useMutation({
        mutationFn: () => api.patch<DestinationList>(pathOf(list.name), { comment, feed: fetched ? feed : null }, { ifMatch: list.etag }),
        onSuccess: () => {
            showToast({ text: texts.saved });
            void refetch();
        },
    });
    const errors = fieldErrors(save.error);
    const intervals = [...new Set([...Object.keys(texts.intervals), String(feed.interval_s)])].sort((a, b) => Number(a) - Number(b));
    return (
        <form
            className={css.form}
            noValidate
            onSubmit={(event) => {
                event.preventDefault();
                save.mutate();
            }}
        >
            {list.feed && <FeedState list={list} feed={list.feed} needs={needs} />}
            <TextField label={texts.comment} value={comment} onChange={setComment} maxLength={1000} error={errors.comment} />
            <Switch label={texts.feed} labelShown checked={fetched} onChange={setFetched} reason={needs} />
            {fetched && (
                <>
                    <p className={css.quiet}>{texts.feedHint}</p>
                    <TextField label={texts.url} type="url" inputMode="url" spellCheck={false} value={feed.url} onChange={(url) => setFeed({ ...feed, url })} error={errors['feed.url']} />
                    <Select label={texts.interval} value={String(feed.interval_s)} onChange={(value) => setFeed({ ...feed, interval_s: Number(value) })} options={intervals.map((value) => ({ value, label: intervalText(Number(value)) }))} />
                    <FileFormFields value={feed} onChange={(form) => setFeed({ ...feed, ...form })} />
                    <NumberField label={texts.most} unit="%" min={1} max={1000} value={feed.most_change_percent} onChange={(value) => setFeed({ ...feed, most_change_percent: value ?? noFeed.most_change_percent })} />
                </>
            )}
            <FormProblem problem={save.error} errors={errors} />
            <div><Button type="submit" variant="primary" reason={needs} busy={save.isPending}>{texts.save}</Button></div>
        </form>
    );
}

function fieldsOf({ url, interval_s, format, column, separator, bare_name, most_change_percent }: ListFeed): Fields {
    return { url, interval_s, format, column, separator, bare_name, most_change_percent };
}

interface Outcome {
    outcome: 'changed' | 'unchanged';
    added: number;
    removed: number;
}

function FeedState({ list, feed, needs }: { list: DestinationList; feed: ListFeed; needs: string | undefined }) {
    const times = useTimes();
    const refetch = useRefetchLists();
    const [jobId, setJobId] = useState<string | null>(null);
    const start = useMutation({
        mutationFn: async () => jobIdFrom((await api.post(`${pathOf(list.name)}/refresh`)).location),
        onSuccess: setJobId,
    });
    const job = useJob<Outcome>(jobId);
    const over = isOver(job.data);
    const ended = useEffectEvent(() => {
        const outcome = job.data?.result;
        if (outcome) showToast({ text: outcome.outcome === 'changed' ? texts.refreshed(count(outcome.added), count(outcome.removed)) : texts.unchanged });
        void refetch();
    });
    useEffect(() => {
        if (over) ended();
    }, [over]);
    const refreshing = jobId !== null && !over;
    return (
        <>
            <DescriptionList
                items={[
                    { name: texts.state, value: listsTexts.states[feed.state] },
                    { name: texts.lastSuccess, value: feed.last_success_at ? times.dayAndTime(feed.last_success_at) : texts.never },
                    feed.next_at ? { name: texts.next, value: times.dayAndTime(feed.next_at) } : null,
                    feed.error ? { name: texts.lastError, value: feed.error } : null,
                ]}
            />
            <FormProblem problem={start.error} errors={{}} />
            <div><Button icon={RefreshCw} reason={needs} busy={start.isPending || refreshing} onClick={() => start.mutate()}>{refreshing ? texts.refreshing : texts.refresh}</Button></div>
        </>
    );
}
