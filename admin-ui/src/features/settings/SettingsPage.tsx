// Every setting of the server with where its value comes from, a tab a group. Admins only.
import { useParams } from 'wouter';

import { PageHeader } from '../../components/Panel';
import { ErrorState, Skeleton } from '../../components/States';
import { Tabs } from '../../components/Tabs';
import { text } from '../../shell/urlState';
import { usePageTitle } from '../../shell/usePageTitle';
import { useUrlState } from '../../shell/useUrlState';
import { OversightPart } from './OversightPart';
import { useTabs } from './settings';
import { SignInPart } from './SignInPart';
import { TabPart } from './TabPart';
import { settingsTexts as texts } from './texts';

const SignInTab = 'sign-in';
const OversightTab = 'oversight';
const parts = { q: text() };

export default function SettingsPage() {
    const { tab } = useParams<{ tab?: string }>();
    usePageTitle(texts.title, tab);
    return (
        <>
            <PageHeader title={texts.title}>{texts.lead}</PageHeader>
            <SettingTabs chosen={tab} />
        </>
    );
}

function SettingTabs({ chosen }: { chosen: string | undefined }) {
    const [url, setUrl] = useUrlState(parts);
    const tabs = useTabs();
    if (tabs.isPending) return <Skeleton rows={6} />;
    if (!tabs.data) return <ErrorState what={texts.what} error={tabs.error} onRetry={() => void tabs.refetch()} />;
    const all = [...tabs.data.map(({ id, title }) => ({ value: id, label: title })), { value: SignInTab, label: texts.signIn }, { value: OversightTab, label: texts.oversight.title }];
    const tab = all.find(({ value }) => value === chosen)?.value ?? all[0]?.value ?? SignInTab;
    return (
        <Tabs label={texts.tabsLabel} tabs={all} value={tab} onChange={(next) => setUrl({ q: '' }, { push: true, path: `/settings/${next}` })}>
            {tab === SignInTab ? <SignInPart /> : tab === OversightTab ? <OversightPart /> : <TabPart key={tab} tab={tab} filter={url.q} onFilter={(q) => setUrl({ q })} />}
        </Tabs>
    );
}
