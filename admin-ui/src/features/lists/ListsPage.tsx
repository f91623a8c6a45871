import { PageHeader } from '../../components/Panel';
import { usePageTitle } from '../../shell/usePageTitle';

export default function ListsPage() {
    usePageTitle('Destination lists');
    return <PageHeader title="Destination lists">Hosts, networks and URLs that rules refer to.</PageHeader>;
}
