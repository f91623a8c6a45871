import { PageHeader } from '../../components/Panel';
import { usePageTitle } from '../../shell/usePageTitle';

export default function SetupPage() {
    usePageTitle('Set up');
    return <PageHeader title="Set up">Four steps.</PageHeader>;
}
