import { PageHeader } from '../../components/Panel';
import { usePageTitle } from '../../shell/usePageTitle';

export default function PeoplePage() {
    usePageTitle('People and roles');
    return <PageHeader title="People and roles">Who may use these pages, and for what.</PageHeader>;
}
