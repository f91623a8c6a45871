import { PageHeader } from '../../components/Panel';
import { usePageTitle } from '../../shell/usePageTitle';

export default function ComparePage() {
    usePageTitle('Compare versions');
    return <PageHeader title="Compare versions">What differs between two versions.</PageHeader>;
}
