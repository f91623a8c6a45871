import { PageHeader } from '../../components/Panel';
import { usePageTitle } from '../../shell/usePageTitle';

export default function AuditPage() {
    usePageTitle('Audit log');
    return <PageHeader title="Audit log">Every session the proxy decided on.</PageHeader>;
}
