// What differs between any two of: versions, what is live, the draft. /rules/versions/41..42
import { ArrowLeftRight, History } from 'lucide-react';
import { useLocation, useParams } from 'wouter';

import { Button, ButtonLink } from '../../components/Button';
import { Select } from '../../components/Field';
import { PageHeader, Panel } from '../../components/Panel';
import { EmptyState, ErrorState, Skeleton } from '../../components/States';
import { DifferenceList } from '../../policy/DifferenceList';
import { useDiff, useDraft, useVersions } from '../../policy/queries';
import { usePageTitle } from '../../shell/usePageTitle';
import css from './History.module.css';
import { historyTexts } from './texts';

const texts = historyTexts.compare;

export default function ComparePage() {
    const { range = '' } = useParams<{ range: string }>();
    const sides = sidesOf(range);
    usePageTitle(texts.title, sides ? `${nameOf(sides.from)} – ${nameOf(sides.to)}` : undefined);
    if (sides) return <Comparison {...sides} />;
    return (
        <>
            <PageHeader title={texts.title}>{texts.wrong}</PageHeader>
            <EmptyState action={<ButtonLink icon={History} href="/rules/history">{texts.toHistory}</ButtonLink>}>{texts.wrong}</EmptyState>
        </>
    );
}

/** "41..42", "live..draft" */
export function sidesOf(range: string): { from: string; to: string } | null {
    const [, from, to] = /^(\d{1,9}|live|draft)\.\.(\d{1,9}|live|draft)$/.exec(range) ?? [];
    return from && to ? { from, to } : null;
}

function nameOf(side: string): string {
    return side === 'live' ? texts.liveIs : side === 'draft' ? texts.draftIs : texts.version(Number(side));
}

function Comparison({ from, to }: { from: string; to: string }) {
    const [, navigate] = useLocation();
    const diff = useDiff(from, to);
    const versions = useVersions().data?.pages.flatMap((page) => page.items) ?? [];
    const hasDraft = useDraft().data?.exists ?? false;
    const go = (nextFrom: string, nextTo: string) => navigate(`/rules/versions/${nextFrom}..${nextTo}`, { replace: true });
    const known = ['live', ...(hasDraft ? ['draft'] : []), ...versions.map(({ version }) => String(version))];
    const optionsWith = (side: string) => [...new Set([...known, side])].map((value) => ({ value, label: nameOf(value) }));
    return (
        <>
            <PageHeader title={texts.title} actions={<ButtonLink icon={History} href="/rules/history">{texts.toHistory}</ButtonLink>}>
                {texts.explains(nameOf(from), nameOf(to))}
            </PageHeader>
            <Panel>
                <div className={css.sides}>
                    <Select label={texts.from} value={from} onChange={(next) => go(next, to)} options={optionsWith(from)} />
                    <Button icon={ArrowLeftRight} onClick={() => go(to, from)}>{texts.swap}</Button>
                    <Select label={texts.to} value={to} onChange={(next) => go(from, next)} options={optionsWith(to)} />
                </div>
                {diff.error ? <ErrorState what={texts.failed} error={diff.error} onRetry={() => void diff.refetch()} /> : diff.data ? <DifferenceList diff={diff.data} /> : <Skeleton rows={6} />}
            </Panel>
        </>
    );
}
