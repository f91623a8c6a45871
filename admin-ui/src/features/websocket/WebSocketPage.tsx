import { PageHeader } from '../../components/Panel';
import { usePageTitle } from '../../shell/usePageTitle';

export default function WebSocketPage() {
    usePageTitle('WebSocket');
    return <PageHeader title="WebSocket">Rules over frames of sessions that are looked into.</PageHeader>;
}
