import { PageHeader } from '../../components/Panel';
import { usePageTitle } from '../../shell/usePageTitle';

export default function AdminEventsPage() {
    usePageTitle('Admin events');
    return <PageHeader title="Admin events">Who changed what.</PageHeader>;
}
