import { PageHeader } from '../../components/Panel';
import { usePageTitle } from '../../shell/usePageTitle';

export default function ExportsPage() {
    usePageTitle('Exports');
    return <PageHeader title="Exports">What was taken out of the audit log.</PageHeader>;
}
