import { PageHeader } from '../../components/Panel';
import { usePageTitle } from '../../shell/usePageTitle';

export default function PacPage() {
    usePageTitle('PAC file');
    return <PageHeader title="PAC file">The file that tells browsers which requests go through the proxy.</PageHeader>;
}
