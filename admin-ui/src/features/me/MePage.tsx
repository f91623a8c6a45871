import { PageHeader } from '../../components/Panel';
import { usePageTitle } from '../../shell/usePageTitle';

export default function MePage() {
    usePageTitle('Your profile');
    return <PageHeader title="Your profile">Password, second factor, and how the pages look for you.</PageHeader>;
}
