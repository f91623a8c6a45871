import { PageHeader } from '../../components/Panel';
import { usePageTitle } from '../../shell/usePageTitle';

export default function HealthPage() {
    usePageTitle('System health');
    return <PageHeader title="System health">All checks, worst first.</PageHeader>;
}
