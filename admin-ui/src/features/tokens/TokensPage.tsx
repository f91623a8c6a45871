import { PageHeader } from '../../components/Panel';
import { usePageTitle } from '../../shell/usePageTitle';

export default function TokensPage() {
    usePageTitle('API tokens');
    return <PageHeader title="API tokens">Keys for programs.</PageHeader>;
}
