import { PageHeader } from '../../components/Panel';
import { usePageTitle } from '../../shell/usePageTitle';

export default function WhatIfPage() {
    usePageTitle('What-if');
    return <PageHeader title="What-if">Ask the proxy what it would decide, and why.</PageHeader>;
}
