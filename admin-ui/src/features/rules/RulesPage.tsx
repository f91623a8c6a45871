import { PageHeader } from '../../components/Panel';
import { usePageTitle } from '../../shell/usePageTitle';

export default function RulesPage() {
    usePageTitle('Rules');
    return <PageHeader title="Rules">The first rule that matches decides. Read from the top.</PageHeader>;
}
