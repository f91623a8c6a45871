import { PageHeader } from '../../components/Panel';
import { usePageTitle } from '../../shell/usePageTitle';

export default function HistoryPage() {
    usePageTitle('Policy history');
    return <PageHeader title="Policy history">Every version that was ever live.</PageHeader>;
}
