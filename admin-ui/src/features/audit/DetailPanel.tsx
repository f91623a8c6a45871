// The open session beside the table; it stays open while rows are gone through by key.
import { useQuery } from '@tanstack/react-query';
import { ChevronDown, ChevronUp, Link2, Maximize2 } from 'lucide-react';
import { useLocation } from 'wouter';

import { isProblem } from '../../api/problem';
import { IconButton } from '../../components/Button';
import { SidePanel } from '../../components/Dialog';
import { EmptyState, ErrorState, Skeleton } from '../../components/States';
import { VerdictBadge } from '../../components/VerdictBadge';
import { copyLink } from './copyLink';
import type { Sense } from './grammar';
import { detailQuery } from './requests';
import { SessionStory } from './SessionStory';
import css from './SessionStory.module.css';
import { auditTexts } from './texts';

interface Props {
    id: string;
    onClose(): void;
    onStep(direction: -1 | 1): void;
    onFilter(field: string, value: string, sense: Sense): void;
    className?: string | undefined;
}

const texts = auditTexts.detail;

export default function DetailPanel({ id, onClose, onStep, onFilter, className }: Props) {
    const [, navigate] = useLocation();
    const { data: detail, error, refetch, isPlaceholderData } = useQuery(detailQuery(id));
    return (
        <SidePanel
            className={className ?? ''}
            onClose={onClose}
            title={
                <span className={css.title}>
                    {detail && <VerdictBadge verdict={detail.row.verdict} tense="session" />}
                    <span className={`${css.id} identifier`} title={id}>{id}</span>
                </span>
            }
            actions={
                <>
                    <IconButton size="small" icon={ChevronUp} label={texts.previous} onClick={() => onStep(-1)} />
                    <IconButton size="small" icon={ChevronDown} label={texts.next} onClick={() => onStep(1)} />
                    <IconButton size="small" icon={Link2} label={texts.link} onClick={() => copyLink(id)} />
                    <IconButton size="small" icon={Maximize2} label={texts.ownPage} onClick={() => navigate(`/audit/${encodeURIComponent(id)}`)} />
                </>
            }
        >
            {error ? (
                isProblem(error, 'not-found')
                    ? <EmptyState>{texts.notFound}</EmptyState>
                    : <ErrorState what={texts.what} error={error} onRetry={() => void refetch()} />
            ) : detail ? (
                <div aria-busy={isPlaceholderData} style={{ display: 'contents' }}>
                    <SessionStory detail={detail} onFilter={onFilter} />
                </div>
            ) : (
                <Skeleton rows={12} />
            )}
        </SidePanel>
    );
}
