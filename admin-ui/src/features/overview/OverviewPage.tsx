import { PageHeader } from '../../components/Panel';
import { usePageTitle } from '../../shell/usePageTitle';

export default function OverviewPage() {
    usePageTitle('Overview');
    return <PageHeader title="Overview">What the proxy does now.</PageHeader>;
}
