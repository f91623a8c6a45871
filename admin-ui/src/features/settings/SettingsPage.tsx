import { PageHeader } from '../../components/Panel';
import { usePageTitle } from '../../shell/usePageTitle';

export default function SettingsPage() {
    usePageTitle('Settings');
    return <PageHeader title="Settings">How this proxy is set up.</PageHeader>;
}
