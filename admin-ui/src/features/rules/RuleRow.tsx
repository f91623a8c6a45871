// One rule in the list. Shows every condition it has: nothing that decides is hidden. Memoised; a
// list of a thousand rules stays quick because a row is drawn anew only when its own data change.
import { ArrowUpToLine, CalendarClock, EyeOff, GripVertical, MessageSquareText, MoreHorizontal, Pencil, TriangleAlert, Users } from 'lucide-react';
import { memo, type RefObject, useEffect, useRef, useState } from 'react';

import { IconButton } from '../../components/Button';
import { Chip } from '../../components/Chip';
import { classes } from '../../components/classes';
import { Switch } from '../../components/Field';
import { Menu, type MenuItem } from '../../components/Menu';
import { Spark } from '../../components/Spark';
import { Tooltip } from '../../components/Tooltip';
import { ago } from '../../format/durations';
import { count, exactCount } from '../../format/numbers';
import type { When } from '../../policy/document';
import { ActionBadge } from '../../policy/ActionBadge';
import { type Line, limitWords, linesOf, type Token } from '../../policy/ruleWords';
import { policyTexts } from '../../policy/texts';
import type { PolicyWarning, Rule, RuleStats } from '../../policy/types';
import type { Edge } from './dragRow';
import css from './RuleList.module.css';
import { rulesTexts } from './texts';

/** What a row can ask for. One object for all rows, always the same. */
export interface RowActions {
    open(rule: Rule): void;
    focus(rule: Rule): void;
    switchRule(rule: Rule): void;
    /** In or out. */
    select(rule: Rule): void;
    move(ruleId: string, target: { before: string } | { after: string }): void;
    moveAbove(rule: Rule, otherId: string): void;
    menu(rule: Rule): MenuItem[];
}

export interface RuleRowProps {
    rule: Rule;
    stats: RuleStats | undefined;
    statsKnown: boolean;
    warnings: readonly PolicyWarning[] | undefined;
    /** Who else edits it. */
    presence: string | undefined;
    isOpen: boolean;
    isFocused: boolean;
    isSelected: boolean;
    mark: 'matched' | 'dimmed' | undefined;
    /** Why it cannot be changed. */
    reason: string | undefined;
    /** To the minute. */
    now: number;
    rowIndex: number;
    actions: RowActions;
}

export const RuleRow = memo(function RuleRow(props: RuleRowProps) {
    const { rule, stats, statsKnown, warnings, presence, isOpen, isFocused, isSelected, mark, reason, now, rowIndex, actions } = props;
    const row = useRef<HTMLDivElement>(null);
    const handle = useRef<HTMLSpanElement>(null);
    const edge = useDrag(row, handle, rule, reason === undefined, actions);
    const lines = linesOf(rule.when as When | undefined, (name) => rule.lists.find((list) => list.name === name)?.entries ?? null);
    const kinds = rule.change?.kinds ?? [];
    return (
        <div
            ref={row}
            role="row"
            data-rule={rule.id}
            aria-rowindex={rowIndex}
            aria-selected={isSelected}
            aria-current={isOpen || undefined}
            tabIndex={isFocused ? 0 : -1}
            className={classes(
                css.row, css.grid, isSelected && css.selected, isOpen && css.open, mark && css[mark], !rule.enabled && css.off,
                kinds.includes('new') ? css.new : kinds.includes('edited') && css.edited, edge && css[edge],
            )}
            onClick={(event) => {
                if ((event.target as Element).closest('a, button, input, label')) return;
                if (event.ctrlKey || event.metaKey) actions.select(rule);
                else actions.open(rule);
            }}
            onFocus={(event) => {
                if (event.target === event.currentTarget) actions.focus(rule);
            }}
        >
            <div role="gridcell" className={css.number}>
                <span ref={handle} className={classes(css.handle, reason !== undefined && css.blocked)} title={reason ?? rulesTexts.drag} aria-hidden="true">
                    <GripVertical size={14} />
                </span>
                {rule.number}
            </div>
            <div role="gridcell" className={css.switch}>
                <Switch label={rulesTexts.switchLabel(rule.name)} checked={rule.enabled} reason={reason} onChange={() => actions.switchRule(rule)} />
            </div>
            <div role="gridcell" className={css.name}>
                <div className={css.titles}>
                    <button type="button" className={css.title} tabIndex={isFocused ? 0 : -1} onClick={() => actions.open(rule)}>{rule.name}</button>
                    <Tags rule={rule} presence={presence} now={now} />
                </div>
                {warnings?.map((warning) => <Warning key={`${warning.kind} ${warning.other_rule_id}`} warning={warning} rule={rule} reason={reason} actions={actions} />)}
            </div>
            <div role="gridcell" className={css.who}>
                {lines.who.length === 0 ? <span className={css.any}>{policyTexts.anyone}</span> : lines.who.map((line) => <WhoLine key={keyOf(line)} line={line} />)}
            </div>
            <div role="gridcell" className={css.destination}>
                {lines.destination.length === 0 && <span className={css.any}>{policyTexts.anywhere}</span>}
                {lines.destination.map((line) => <ConditionLine key={keyOf(line)} line={line} />)}
            </div>
            <div role="gridcell" className={css.action}>
                <ActionBadge action={rule.action} />
                {rule.profile && <span className={css.detail}>{rulesTexts.profile(rule.profile)}</span>}
                {limitWords(rule.limits).map((words) => <span key={words} className={css.detail}>{words}</span>)}
            </div>
            <div role="gridcell" className={css.hits}><Hits rule={rule} stats={stats} known={statsKnown} /></div>
            <div role="gridcell" className={css.menu}><Menu trigger={<IconButton icon={MoreHorizontal} size="small" label={rulesTexts.menuLabel(rule.name)} tabIndex={isFocused ? 0 : -1} />} items={actions.menu(rule)} /></div>
        </div>
    );
});

function Tags({ rule, presence, now }: { rule: Rule; presence: string | undefined; now: number }) {
    const kinds = rule.change?.kinds ?? [];
    return (
        <span className={css.tags}>
            {kinds.includes('new') && <Chip tone="allow">{rulesTexts.tag.new}</Chip>}
            {kinds.includes('edited') && <Chip tone="warning" title={rulesTexts.tag.editedBy(rule.changed_by)}>{rulesTexts.tag.edited}</Chip>}
            {kinds.includes('moved') && rule.change?.was != null && <Chip tone="accent">{rulesTexts.tag.was(rule.change.was)}</Chip>}
            {rule.mode === 'report' && <Chip icon={EyeOff} title={rulesTexts.tag.reportHint}>{rulesTexts.tag.report}</Chip>}
            {(rule.starts || rule.expires) && <Expiry rule={rule} now={now} />}
            {(rule.comment || rule.ticket) && (
                <Tooltip text={[rule.ticket, rule.comment].filter(Boolean).join(': ')}>
                    <span className={css.comment} tabIndex={-1} role="img" aria-label={rulesTexts.comment([rule.ticket, rule.comment].filter(Boolean).join(': '))}>
                        <MessageSquareText size={14} aria-hidden="true" />
                    </span>
                </Tooltip>
            )}
            {presence && <Chip tone="accent" icon={Pencil}>{rulesTexts.editing(presence)}</Chip>}
        </span>
    );
}

function Expiry({ rule, now }: { rule: Rule; now: number }) {
    const starts = rule.starts ? Date.parse(rule.starts) : null;
    const expires = rule.expires ? Date.parse(rule.expires) : null;
    const over = expires !== null && expires <= now;
    return (
        <Chip icon={CalendarClock} tone={over || (expires !== null && expires - now < 7 * 86_400_000) ? 'warning' : 'plain'} title={[rule.starts, rule.expires].filter(Boolean).join(' – ')}>
            {over ? rulesTexts.tag.expired : starts !== null && starts > now ? rulesTexts.tag.startsOn(rule.starts!.slice(0, 10)) : rulesTexts.tag.expiresOn(rule.expires?.slice(0, 10) ?? '')}
        </Chip>
    );
}

function Warning({ warning, rule, reason, actions }: { warning: PolicyWarning; rule: Rule; reason: string | undefined; actions: RowActions }) {
    const canMove = warning.other_rule_id !== null && ['never-reached', 'contradicting'].includes(warning.kind);
    return (
        <span className={classes(css.warning, css[warning.kind === 'partly-covered' ? 'note' : warning.severity])}>
            <TriangleAlert size={14} aria-hidden="true" />
            <span>
                {warning.text}{' '}
                {canMove && reason === undefined && (
                    <button type="button" tabIndex={-1} onClick={() => actions.moveAbove(rule, warning.other_rule_id!)}>
                        <ArrowUpToLine size={12} aria-hidden="true" /> {rulesTexts.moveAbove}
                    </button>
                )}
            </span>
        </span>
    );
}

const MostTokens = 6;

function WhoLine({ line }: { line: Line }) {
    return (
        <span className={css.line}>
            {line.isExcept && <em>{policyTexts.except}</em>}
            {line.condition === 'listener' && <em>{line.word}</em>}
            {line.tokens.slice(0, MostTokens).map((token) => (
                <Chip key={textOf(token)} icon={line.condition === 'group' ? Users : undefined} title={`${policyTexts.condition[line.condition]}: ${textOf(token)}`}>
                    <span className={css.cut}>{textOf(token)}</span>
                </Chip>
            ))}
            <More line={line} />
        </span>
    );
}

function ConditionLine({ line }: { line: Line }) {
    const isMain = ['host', 'address', 'sni'].includes(line.condition) && !line.isExcept;
    return (
        <span className={classes(css.line, !isMain && css.detail, isMain && css.stacked)}>
            {(line.isExcept || line.word) && <em>{[line.isExcept && policyTexts.except, line.word].filter(Boolean).join(' ')}</em>}
            {line.tokens.slice(0, MostTokens).map((token, index) => (
                <span key={textOf(token)} className={css.token} title={textOf(token)}>
                    <bdi>{textOf(token)}</bdi>
                    {token.kind === 'list' && <small title={exactCount(token.entries)}>{token.entries === null ? rulesTexts.noSuchList : count(token.entries)}</small>}
                    {!isMain && index < Math.min(line.tokens.length, MostTokens) - 1 ? ',' : ''}
                </span>
            ))}
            <More line={line} />
        </span>
    );
}

/** Long columns are named in full on hover and in the editor. */
function More({ line }: { line: Line }) {
    const rest = line.tokens.slice(MostTokens);
    if (rest.length === 0) return null;
    return <small className={css.more} title={rest.map(textOf).slice(0, 50).join('\n')}>{policyTexts.more(rest.length)}</small>;
}

function Hits({ rule, stats, known }: { rule: Rule; stats: RuleStats | undefined; known: boolean }) {
    if (!known) return <span className={css.any}>–</span>;
    const hits = stats ? (rule.mode === 'report' ? stats.would_hits : stats.hits) : 0;
    const bars = stats?.bars ?? [];
    return (
        <>
            {bars.some((bar) => bar > 0) && <Spark label={rulesTexts.bars(exactCount(hits))} values={bars} width={54} height={14} />}
            <b title={exactCount(hits)}>{count(hits)}</b>
            {stats?.last_hit_at && <small title={stats.last_hit_at}>{ago(stats.last_hit_at)}</small>}
        </>
    );
}

function textOf(token: Token): string {
    return token.kind === 'list' ? token.name : token.text;
}

function keyOf(line: Line): string {
    return `${line.condition}${line.isExcept ? ' except' : ''}`;
}

function useDrag(
    row: RefObject<HTMLDivElement | null>, handle: RefObject<HTMLSpanElement | null>, rule: Rule, canDrag: boolean, actions: RowActions,
): Edge | null {
    const [edge, setEdge] = useState<Edge | null>(null);
    const { id, layer } = rule;
    useEffect(() => {
        const element = row.current;
        const grip = handle.current;
        if (!element || !grip || !canDrag) return;
        let end: (() => void) | null = null;
        let isGone = false;
        void import('./dragRow').then(({ dragRow }) => {
            if (isGone) return;
            end = dragRow({
                element, handle: grip, id, layer,
                onEdge: setEdge,
                onDrop: (draggedId, at) => actions.move(draggedId, at === 'top' ? { before: id } : { after: id }),
            });
        });
        return () => {
            isGone = true;
            end?.();
        };
    }, [row, handle, id, layer, canDrag, actions]);
    return edge;
}
