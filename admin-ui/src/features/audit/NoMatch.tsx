// Nothing found: says which filter excludes most and offers to drop it, or how to get a first session.
import { useQuery } from '@tanstack/react-query';

import { api } from '../../api/client';
import type { Schema } from '../../api/types';
import { Button } from '../../components/Button';
import { CodeBlock } from '../../components/CodeBlock';
import { EmptyState } from '../../components/States';
import { exactCount } from '../../format/numbers';
import { type Filter, groupsOf, toParams } from './filter';
import type { Period } from './period';
import { fetchTotal, type Question } from './requests';
import { groupSentence, type LabelOf } from './termWords';
import { auditTexts } from './texts';

interface Props {
    filter: Filter;
    question: Question;
    labelOf: LabelOf;
    onFilter(filter: Filter): void;
    onPeriod(period: Period): void;
    /** Present while a part of the time is chosen. */
    onWhole?: (() => void) | undefined;
}

const texts = auditTexts.empty;
const Month: Period = { kind: 'last', seconds: 30 * 86_400 };

export default function NoMatch({ filter, question, labelOf, onFilter, onPeriod, onWhole }: Props) {
    if (onWhole) return <EmptyState title={texts.noMatchTitle} action={<Button variant="primary" onClick={onWhole}>{texts.whole}</Button>}>{texts.inSelection}</EmptyState>;
    if (filter.length === 0) return <NothingYet onPeriod={onPeriod} />;
    return <NothingLeft {...{ filter, question, labelOf, onFilter }} />;
}

function NothingLeft({ filter, question, labelOf, onFilter }: Omit<Props, 'onPeriod' | 'onWhole'>) {
    const groups = groupsOf(filter).slice(0, 8);
    const { data: worst, isPending } = useQuery({
        queryKey: ['audit', 'without', question],
        queryFn: async ({ signal }) => {
            const totals = await Promise.all(groups.map(async (group) => {
                const others = filter.filter((term) => !group.includes(term));
                return { group, others, total: await fetchTotal({ ...question, filter: toParams(others) }, signal) };
            }));
            return totals.reduce((most, each) => (each.total > most.total ? each : most));
        },
        staleTime: 30_000,
    });
    const clear = <Button onClick={() => onFilter([])}>{texts.clear}</Button>;
    if (isPending) return <EmptyState title={texts.noMatchTitle} action={clear}>{texts.looking}</EmptyState>;
    if (!worst || worst.total === 0) return <EmptyState title={texts.noMatchTitle} action={clear}>{texts.nothingHelps}</EmptyState>;
    const name = groupSentence(worst.group, labelOf);
    return (
        <EmptyState
            title={texts.noMatchTitle}
            action={<><Button variant="primary" onClick={() => onFilter(worst.others)}>{texts.drop(name)}</Button>{groups.length > 1 && clear}</>}
        >
            {texts.without(name, exactCount(worst.total))}
        </EmptyState>
    );
}

function NothingYet({ onPeriod }: Pick<Props, 'onPeriod'>) {
    const { data: address } = useQuery({
        queryKey: ['audit', 'proxy-address'],
        queryFn: async ({ signal }) => (await api.get<Schema<'Overview'>>('/overview', { signal })).data.first_visit.proxy_addresses[0] ?? null,
        staleTime: Infinity,
    });
    return (
        <EmptyState title={texts.firstTitle} action={<Button onClick={() => onPeriod(Month)}>{texts.longer}</Button>}>
            <p>{texts.first}</p>
            {address && <CodeBlock label="curl">{`curl -x http://${address} https://example.com/`}</CodeBlock>}
        </EmptyState>
    );
}
