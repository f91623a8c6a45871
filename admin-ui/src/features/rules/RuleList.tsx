// The rules of a layer in their order, in sections, with the default as the last row. One stop of the
// Tab key: inside, j k and arrows go from row to row, Enter opens, Space switches, x selects, Alt with an
// arrow moves. From 150 rows on only the visible ones exist.
import { ChevronDown, ChevronRight, MoreHorizontal } from 'lucide-react';
import { type KeyboardEvent, lazy, type ReactNode, Suspense, useContext, useEffect, useEffectEvent, useMemo, useRef } from 'react';

import { IconButton } from '../../components/Button';
import { classes } from '../../components/classes';
import { isTyping, LetterKeysContext } from '../../components/letterKeys';
import { Menu, type MenuItem } from '../../components/Menu';
import type { Presence, Rule } from '../../policy/types';
import type { Knowledge } from './filters';
import type { ListItem, SectionItem } from './listItems';
import css from './RuleList.module.css';
import { type RowActions, RuleRow } from './RuleRow';
import { rulesTexts } from './texts';

export const VirtualFrom = 150;

interface RuleListProps {
    label: string;
    items: ReadonlyArray<ListItem<Rule>>;
    knowledge: Knowledge;
    presence: readonly Presence[];
    openId: string | null;
    focusId: string | null;
    selected: ReadonlySet<string>;
    /** The rule that answers the open what-if; those behind it are dimmed. */
    matched: { number: number | null } | null;
    reason: string | undefined;
    actions: RowActions;
    onFocusRow(id: string): void;
    onToggleSection(key: string): void;
    onMoveStep(rule: Rule, direction: 'up' | 'down'): void;
    onEdit(rule: Rule): void;
    sectionMenu(section: SectionItem): MenuItem[];
    defaultRow: ReactNode;
    /** In place of rules, above the default. */
    empty?: ReactNode;
}

/** Few lists are that long: what they need is loaded for them only. */
const VirtualRows = lazy(() => import('./VirtualRows'));

export function RuleList(props: RuleListProps) {
    const { items, focusId, openId } = props;
    const region = useRef<HTMLDivElement>(null);
    const isVirtual = items.length >= VirtualFrom;
    const scroller = useRef<((index: number) => void) | null>(null);
    const keys = useMemo(() => items.map((item) => item.key), [items]);

    const show = useEffectEvent((id: string) => {
        const index = items.findIndex((item) => item.key === id);
        if (index < 0) return;
        if (isVirtual) scroller.current?.(index);
        else rowElement(region.current, id)?.scrollIntoView({ block: 'nearest' });
    });
    useEffect(() => {
        if (openId !== null) show(openId);
    }, [openId]);

    function focusRow(item: ListItem<Rule> | undefined): void {
        if (!item) return;
        props.onFocusRow(item.key);
        const index = items.indexOf(item);
        if (isVirtual) scroller.current?.(index);
        // The row may have to come into being first.
        requestAnimationFrame(() => {
            const element = rowElement(region.current, item.key);
            element?.focus({ preventScroll: isVirtual });
        });
    }

    const lettersOn = useContext(LetterKeysContext);
    function onKeyDown(event: KeyboardEvent<HTMLDivElement>): void {
        if (isTyping(event.target) || event.ctrlKey || event.metaKey) return;
        const at = items.findIndex((item) => item.key === focusId);
        const current = items[at];
        const rule = current?.kind === 'rule' ? current.rule : null;
        const onRow = (event.target as HTMLElement).getAttribute('role') === 'row' || event.target === region.current;
        const used = ((): boolean => {
            if (event.altKey) {
                if ((event.key !== 'ArrowUp' && event.key !== 'ArrowDown') || !rule) return false;
                props.onMoveStep(rule, event.key === 'ArrowUp' ? 'up' : 'down');
                return true;
            }
            switch (event.key) {
                case 'ArrowDown': focusRow(items[at + 1]); return true;
                case 'ArrowUp': focusRow(items[Math.max(0, at - 1)]); return true;
                case 'Home': focusRow(items[0]); return true;
                case 'End': focusRow(items[items.length - 1]); return true;
                case 'PageDown': focusRow(items[Math.min(items.length - 1, at + 12)]); return true;
                case 'PageUp': focusRow(items[Math.max(0, at - 12)]); return true;
                case 'j': if (lettersOn) focusRow(items[at + 1]); return lettersOn;
                case 'k': if (lettersOn) focusRow(items[Math.max(0, at - 1)]); return lettersOn;
                case 'x': if (lettersOn && rule) props.actions.select(rule); return lettersOn && rule !== null;
                case 'e': if (lettersOn && rule) props.onEdit(rule); return lettersOn && rule !== null;
                case 'Enter':
                    if (!onRow) return false;
                    if (rule) props.onEdit(rule);
                    else if (current?.kind === 'section') props.onToggleSection(current.key);
                    return current !== undefined;
                case ' ':
                    if (!onRow || !current) return false;
                    if (rule && props.reason === undefined) props.actions.switchRule(rule);
                    else if (current.kind === 'section') props.onToggleSection(current.key);
                    return true;
                default: return false;
            }
        })();
        if (used) {
            event.preventDefault();
            event.stopPropagation();
        }
    }

    const render = (item: ListItem<Rule>, index: number) => <Item key={item.key} item={item} index={index} list={props} />;
    return (
        <div
            ref={region}
            role="grid"
            aria-label={props.label}
            aria-rowcount={items.length + 1}
            aria-colcount={8}
            aria-multiselectable
            className={css.region}
            tabIndex={focusId !== null && items.some((item) => item.key === focusId) ? -1 : 0}
            onFocus={(event) => {
                if (event.target === region.current && focusId === null) focusRow(items.find((item) => item.kind === 'rule') ?? items[0]);
            }}
            onKeyDown={onKeyDown}
        >
            <Head />
            {isVirtual ? (
                <Suspense>
                    <VirtualRows keys={keys} region={region} scroller={scroller} render={(index) => render(items[index]!, index)} />
                </Suspense>
            ) : (
                <div role="rowgroup" className={css.body}>
                    {items.map((item, index) => (
                        <div key={item.key} role="presentation">
                            {item.kind === 'default' && props.empty && <div role="row" className={css.empty}><div role="gridcell" aria-colspan={8}>{props.empty}</div></div>}
                            {render(item, index)}
                        </div>
                    ))}
                </div>
            )}
        </div>
    );
}

function Head() {
    const { columns } = rulesTexts;
    return (
        <div role="rowgroup" className={css.head}>
            <div role="row" aria-rowindex={1} className={css.grid}>
                <div role="columnheader" className={css.number}>{columns.number}</div>
                <div role="columnheader">{columns.on}</div>
                <div role="columnheader">{columns.rule}</div>
                <div role="columnheader">{columns.who}</div>
                <div role="columnheader">{columns.destination}</div>
                <div role="columnheader">{columns.action}</div>
                <div role="columnheader" className={css.hits}>{columns.hits}</div>
                <div role="columnheader"><span className="visually-hidden">{columns.more}</span></div>
            </div>
        </div>
    );
}

function Item({ item, index, list }: { item: ListItem<Rule>; index: number; list: RuleListProps }) {
    const isFocused = item.key === list.focusId;
    if (item.kind === 'section') return <SectionRow section={item} index={index} isFocused={isFocused} list={list} />;
    if (item.kind === 'default') {
        return (
            <div role="row" aria-rowindex={index + 2} data-rule="default" tabIndex={isFocused ? 0 : -1} className={classes(css.row, css.grid, css.default, defaultMark(list.matched))}>
                {list.defaultRow}
            </div>
        );
    }
    const { rule } = item;
    return (
        <RuleRow
            rule={rule}
            stats={list.knowledge.stats.get(rule.id)}
            statsKnown={list.knowledge.statsKnown}
            warnings={list.knowledge.warnings.get(rule.id)}
            presence={list.presence.find((each) => each.rule_id === rule.id)?.who}
            isOpen={rule.id === list.openId}
            isFocused={isFocused}
            isSelected={list.selected.has(rule.id)}
            mark={markOf(rule, list.matched)}
            reason={list.reason}
            now={list.knowledge.now}
            rowIndex={index + 2}
            actions={list.actions}
        />
    );
}

function markOf(rule: Rule, matched: RuleListProps['matched']): 'matched' | 'dimmed' | undefined {
    if (!matched || matched.number === null) return undefined;
    if (rule.number === matched.number) return 'matched';
    return rule.number > matched.number ? 'dimmed' : undefined;
}

function defaultMark(matched: RuleListProps['matched']): string | false | undefined {
    if (!matched) return false;
    return matched.number === null ? css.matched : css.dimmed;
}

function SectionRow({ section, index, isFocused, list }: { section: SectionItem; index: number; isFocused: boolean; list: RuleListProps }) {
    const Icon = section.isOpen ? ChevronDown : ChevronRight;
    return (
        <div role="row" aria-rowindex={index + 2} data-rule={section.key} tabIndex={isFocused ? 0 : -1} className={css.section}>
            <div role="gridcell" aria-colspan={8}>
                <button type="button" aria-expanded={section.isOpen} tabIndex={isFocused ? 0 : -1} onClick={() => list.onToggleSection(section.key)}>
                    <Icon size={15} aria-hidden="true" />
                    <b>{section.name}</b>
                    <span>{section.count}</span>
                </button>
                <Menu
                    trigger={<IconButton icon={MoreHorizontal} size="small" label={rulesTexts.menuLabel(section.name)} tabIndex={isFocused ? 0 : -1} />}
                    items={list.sectionMenu(section)}
                />
            </div>
        </div>
    );
}

function rowElement(region: HTMLElement | null, key: string): HTMLElement | null {
    return region?.querySelector<HTMLElement>(`[data-rule="${CSS.escape(key)}"]`) ?? null;
}
