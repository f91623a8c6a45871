import { PageHeader } from '../../components/Panel';
import { usePageTitle } from '../../shell/usePageTitle';

export default function SessionsPage() {
    usePageTitle('Live sessions');
    return <PageHeader title="Live sessions">Every session that is open now.</PageHeader>;
}
