// The what-if as a page of its own, with the policy tests that were saved from it.
import { useQuery } from '@tanstack/react-query';
import { TriangleAlert } from 'lucide-react';
import { useEffect } from 'react';
import { useLocation } from 'wouter';

import { api } from '../../api/client';
import { Chip } from '../../components/Chip';
import { PageHeader, Panel } from '../../components/Panel';
import { SegmentedControl } from '../../components/Tabs';
import { useLiveVersion } from '../../policy/queries';
import { WhatIfPolicies, whatIfParts } from '../../policy/whatIfState';
import type { Schema } from '../../api/types';
import { text } from '../../shell/urlState';
import { usePageTitle } from '../../shell/usePageTitle';
import { useUrlState } from '../../shell/useUrlState';
import { AnswerArea } from './AnswerArea';
import { PolicyTests } from './PolicyTests';
import { whatIfTexts } from './texts';
import { useWhatIf } from './useWhatIf';
import css from './WhatIf.module.css';
import { WhatIfForm } from './WhatIfForm';

/** `record`: the version that decided what is asked again here. */
const parts = { ...whatIfParts, record: text() };

const ExampleUrl = 'https://www.example.com/';

export default function WhatIfPage() {
    const [state, setState] = useUrlState(parts);
    usePageTitle(whatIfTexts.title, state.url || undefined);
    const [, navigate] = useLocation();
    const live = useLiveVersion().data?.version ?? null;
    const answer = useWhatIf(state);
    useExample(state.url === '' && location.search === '', setState);
    const record = Number(state.record);
    useEffect(() => {
        if (location.hash === '#tests') document.getElementById('tests')?.scrollIntoView();
    }, []);
    return (
        <>
            <PageHeader
                title={whatIfTexts.title}
                actions={
                    <SegmentedControl
                        label={whatIfTexts.policy.label}
                        options={WhatIfPolicies.map((value) => ({ value, label: value === 'live' ? whatIfTexts.policy.live(live) : whatIfTexts.policy[value] }))}
                        value={state.policy}
                        onChange={(policy) => setState({ policy })}
                    />
                }
            >
                {whatIfTexts.explains}
            </PageHeader>
            <div className={css.columns}>
                <div className={css.left}>
                    <Panel>
                        <WhatIfForm state={state} onChange={setState} problem={answer.error} />
                    </Panel>
                </div>
                <div>
                    <Panel title={whatIfTexts.answer}>
                        {live !== null && record > 0 && record !== live && <p><Chip tone="warning" icon={TriangleAlert}>{whatIfTexts.fromRecord(record, live)}</Chip></p>}
                        <AnswerArea state={state} answer={answer} onChange={setState} onOpenRule={(id) => navigate(`/rules?id=${encodeURIComponent(id)}`)} />
                    </Panel>
                </div>
            </div>
            <PolicyTests
                onAsk={(asked) => {
                    setState({ ...asked, record: '' }, { push: true });
                    document.getElementById('page')?.scrollTo({ top: 0 });
                }}
            />
        </>
    );
}

/** The first visit shows an answer already: an example, as if asked from this browser. */
function useExample(wanted: boolean, setState: (change: { url: string; ip: string }) => void): void {
    const signIns = useQuery({
        queryKey: ['me', 'sign-ins'],
        queryFn: async ({ signal }) => (await api.get<Schema<'SignInList'>>('/me/sign-ins', { signal })).data,
        enabled: wanted,
    });
    const known = signIns.data?.items.find((each) => each.current)?.address ?? (signIns.error ? '' : undefined);
    useEffect(() => {
        if (wanted && known !== undefined) setState({ url: ExampleUrl, ip: known });
    }, [wanted, known, setState]);
}
