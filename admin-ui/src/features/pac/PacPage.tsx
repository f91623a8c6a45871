// The PAC file: the one of the draft, the live one, what differs, and what both answer.
import { useMemo, useState } from 'react';

import { PageHeader, Panel } from '../../components/Panel';
import { Chip } from '../../components/Chip';
import { CodeBlock } from '../../components/CodeBlock';
import { ErrorState, Skeleton } from '../../components/States';
import { PolicyOwnerBanner } from '../../policy/PolicyOwner';
import { choice, optional } from '../../shell/urlState';
import { usePageTitle } from '../../shell/usePageTitle';
import { useUrlState } from '../../shell/useUrlState';
import { FetchesPanel } from './FetchesPanel';
import { FilePanel } from './FilePanel';
import { usePac, usePacTests } from './pac';
import css from './PacPage.module.css';
import { TestsPanel } from './TestsPanel';
import { pacTexts as texts } from './texts';
import { usePacResults, useSandbox } from './usePacResults';

const parts = { view: choice(['draft', 'live', 'diff'], 'draft'), test: optional() };

export default function PacPage() {
    usePageTitle(texts.title);
    const [url, setUrl] = useUrlState(parts);
    const pac = usePac();
    const tests = usePacTests();
    const [sandbox, attach] = useSandbox();
    /** What stands in the editor; undefined: as saved. */
    const [typed, type] = useState<string | undefined>(undefined);

    const draftText = typed ?? pac.data?.draft.text;
    const draft = usePacResults(sandbox, draftText, tests.data);
    const live = usePacResults(sandbox, pac.data?.live.text, tests.data);
    const problem = useMemo(() => {
        const failed = [...draft.results.values()].find(({ error }) => error?.line !== undefined)?.error;
        return failed?.line === undefined ? null : { text: failed.text, line: failed.line, column: failed.column ?? 1 };
    }, [draft.results]);

    return (
        <>
            <PageHeader title={texts.title} actions={pac.data?.draft.changed && <Chip tone="accent">{texts.changed}</Chip>}>{texts.lead}</PageHeader>
            <PolicyOwnerBanner />
            {pac.isPending && <Panel><Skeleton rows={10} /></Panel>}
            {pac.isError && !pac.data && <ErrorState what={texts.what} error={pac.error} onRetry={() => void pac.refetch()} />}
            {pac.data && (
                <div className={css.grid}>
                    <FilePanel pac={pac.data} view={url.view} onView={(view) => setUrl({ view })} typed={typed} onType={type} problem={problem} />
                    <div className={css.column}>
                        <TestsPanel
                            tests={tests}
                            draft={draft}
                            live={live}
                            open={url.test}
                            onOpen={(test) => setUrl({ test })}
                        />
                        <Panel title={texts.urls}>
                            <p className={css.quiet}>{texts.urlsHint}</p>
                            <div className={css.urls}>{pac.data.urls.map((address) => <CodeBlock key={address} label={address}>{address}</CodeBlock>)}</div>
                        </Panel>
                        {pac.data.fetches && <FetchesPanel fetches={pac.data.fetches} />}
                    </div>
                </div>
            )}
            <iframe ref={attach} title={texts.tests.title} sandbox="allow-scripts" className={css.frame} tabIndex={-1} aria-hidden="true" />
        </>
    );
}
