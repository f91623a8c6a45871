// The answer: the verdict in a sentence first, then what every layer says, then rule by rule why.
import { ArrowRight, CircleHelp } from 'lucide-react';
import { type ReactNode, useState } from 'react';

import { Button } from '../../components/Button';
import { Chip } from '../../components/Chip';
import { classes } from '../../components/classes';
import { Dialog } from '../../components/Dialog';
import { SegmentedControl } from '../../components/Tabs';
import { VerdictBadge } from '../../components/VerdictBadge';
import { micros } from '../../format/durations';
import { ActionBadge } from '../../policy/ActionBadge';
import { type Layer, Layers } from '../../policy/document';
import { policyTexts } from '../../policy/texts';
import type { WhatIfResult, WhatIfRow } from '../../policy/types';
import { withQuotes } from '../../policy/warningWords';
import { whatIfTexts } from './texts';
import css from './WhatIf.module.css';

interface AnswersProps {
    results: readonly WhatIfResult[];
    mode: 'all' | 'near';
    onMode(mode: 'all' | 'near'): void;
    onOpenRule(id: string): void;
}

export function Answers({ results, mode, onMode, onOpenRule }: AnswersProps) {
    const [draft, live] = results;
    return (
        <>
            {draft && live && <p className={classes(css.compare, differs(draft, live) && css.differs)}>{differs(draft, live) ? whatIfTexts.differs : whatIfTexts.same}</p>}
            <div className={classes(css.answers, results.length > 1 && css.both)}>
                {results.map((result) => (
                    <section key={result.policy} className={css.answer} aria-label={nameOf(result)}>
                        {results.length > 1 && <h3>{nameOf(result)}</h3>}
                        <Sentence result={result} />
                        <LayerAnswers result={result} onOpenRule={onOpenRule} />
                        <Trace result={result} mode={mode} onMode={onMode} onOpenRule={onOpenRule} />
                    </section>
                ))}
            </div>
        </>
    );
}

function nameOf(result: WhatIfResult): string {
    return whatIfTexts.answerOf[result.policy](result.version);
}

export function differs(a: WhatIfResult, b: WhatIfResult): boolean {
    return a.verdict !== b.verdict || Layers.some((layer) => a.layers[layer].action !== b.layers[layer].action || a.layers[layer].rule_id !== b.layers[layer].rule_id);
}

export function Sentence({ result }: { result: WhatIfResult }) {
    const [blockPage, showBlockPage] = useState(false);
    return (
        <div className={classes(css.sentence, css[result.verdict])} role="status">
            <p className={css.verdict}>
                <VerdictWord verdict={result.verdict} />
                <span>{result.parts.map(({ kind, text }, index) => (kind === 'plain' ? withQuotes(index === 0 ? withoutVerdict(text) : text) : <b key={index}>{text}</b>))}</span>
            </p>
            <p>
                {whatIfTexts.certain(whatIfTexts.stage[result.stage] ?? result.stage)}{' '}
                {result.block_page !== null && (
                    <>
                        {whatIfTexts.theUserSees} <button type="button" className={css.link} onClick={() => showBlockPage(true)}>{whatIfTexts.blockPage}</button>.
                    </>
                )}
            </p>
            {result.would.map((row) => <p key={row.rule_id} className={css.quiet}>{whatIfTexts.would(row.name, row.action)}</p>)}
            {result.block_page !== null && blockPage && <BlockPage page={result.block_page} onClose={() => showBlockPage(false)} />}
        </div>
    );
}

function VerdictWord({ verdict }: { verdict: WhatIfResult['verdict'] }) {
    if (verdict === 'undecided') return <Chip tone="warning" icon={CircleHelp}>{whatIfTexts.verdict.undecided}</Chip>;
    return <VerdictBadge verdict={verdict} tense="session" />;
}

/** "Denied by rule 3 …": the word stands in front of it already, with its colour. */
function withoutVerdict(text: string): string {
    return text.replace(/^\w+:? /, '');
}

/** "host a.example is not list:banks": lists are named as a person does. */
function detailWords(detail: string): string {
    return withQuotes(detail.replace(/\bis not list:/g, 'is not in list:').replace(/\blist:(\S+?)(?=,|\s|$)/g, 'the list $1'));
}

function BlockPage({ page, onClose }: { page: string; onClose(): void }) {
    return (
        <Dialog open onClose={onClose} title={whatIfTexts.blockPageTitle} description={whatIfTexts.sees}>
            <pre className={css.pageText}>{plainText(page)}</pre>
        </Dialog>
    );
}

/** Markup from elsewhere is shown as text: the pages' own policy forbids to build it. */
function plainText(page: string): string {
    if (!/^\s*</.test(page)) return page;
    return page
        .replace(/<(style|script|head)\b[\s\S]*?<\/\1>/gi, '')
        .replace(/<(?:br|\/p|\/h\d|\/li|\/div|\/dd|\/tr)\b[^>]*>/gi, '\n')
        .replace(/<[^>]*>/g, '')
        .replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&quot;/g, '"').replace(/&#39;/g, "'").replace(/&amp;/g, '&')
        .replace(/[ \t]+/g, ' ')
        .replace(/\n\s*\n+/g, '\n\n')
        .trim();
}

function LayerAnswers({ result, onOpenRule }: { result: WhatIfResult; onOpenRule(id: string): void }) {
    return (
        <dl className={css.layers} aria-label={whatIfTexts.layers}>
            {Order.map((layer) => {
                const answer = result.layers[layer];
                return (
                    <div key={layer}>
                        <dt>{policyTexts.layer[layer]}</dt>
                        <dd>
                            {answer.action === 'undecided' ? <Chip tone="warning">{whatIfTexts.undecided}</Chip> : <ActionBadge action={answer.action} />}
                            {answer.rule_id !== null
                                ? <RuleLink id={answer.rule_id} name={answer.rule_name ?? ''} onOpenRule={onOpenRule}>{answer.number} {answer.rule_name}</RuleLink>
                                : answer.action !== 'undecided' && <span className={css.quiet}>{whatIfTexts.layerDefault}</span>}
                        </dd>
                    </div>
                );
            })}
        </dl>
    );
}

/** As the proxy asks them. */
const Order: readonly Layer[] = ['guard', 'emergency', 'access', 'inspection', 'limits'];

function RuleLink({ id, name, onOpenRule, children }: { id: string; name: string; onOpenRule(id: string): void; children: ReactNode }) {
    return <button type="button" className={css.link} title={whatIfTexts.openRule(name)} onClick={() => onOpenRule(id)}>{children}</button>;
}

const FirstRows = 60;

function Trace({ result, mode, onMode, onOpenRule }: { result: WhatIfResult } & Omit<AnswersProps, 'results'>) {
    const [all, showAll] = useState(false);
    const rows = result.trace.filter((row) => row.rule_id !== null || row.outcome === 'match' || row.outcome === 'unknown');
    const shown = all ? rows : shortened(rows, result);
    return (
        <section className={css.trace}>
            <div className={css.traceHead}>
                <h3>{whatIfTexts.rules} <small>{whatIfTexts.considered(result.considered, result.rules, micros(result.elapsed_us))}</small></h3>
                <SegmentedControl
                    size="small"
                    label={whatIfTexts.mode.label}
                    options={[{ value: 'all', label: whatIfTexts.mode.all }, { value: 'near', label: whatIfTexts.mode.near }]}
                    value={mode}
                    onChange={onMode}
                />
            </div>
            {rows.length === 0 && <p className={css.quiet}>{whatIfTexts.noNear}</p>}
            <ol className={css.rows}>
                {shown.map((row, index) => (
                    <TraceRow key={`${row.layer} ${row.rule_id}`} row={row} isFirstOfLayer={shown[index - 1]?.layer !== row.layer} decided={isDeciding(row, result)} onOpenRule={onOpenRule} />
                ))}
            </ol>
            {shown.length < rows.length && <Button size="small" variant="quiet" icon={ArrowRight} onClick={() => showAll(true)}>{policyTexts.more(rows.length - shown.length)}</Button>}
        </section>
    );
}

function isDeciding(row: WhatIfRow, result: WhatIfResult): boolean {
    return row.layer === result.layer && row.rule_id === result.rule_id && row.outcome === 'match';
}

/** The first ones, and always those that match. */
function shortened(rows: readonly WhatIfRow[], result: WhatIfResult): readonly WhatIfRow[] {
    return rows.length <= FirstRows ? rows : rows.filter((row, index) => index < FirstRows || row.outcome === 'match' || isDeciding(row, result));
}

interface TraceRowProps {
    row: WhatIfRow;
    isFirstOfLayer: boolean;
    decided: boolean;
    onOpenRule(id: string): void;
}

function TraceRow({ row, isFirstOfLayer, decided, onOpenRule }: TraceRowProps) {
    const tone = row.outcome === 'match' ? (row.action === 'deny' ? css.rowDeny : css.rowMatch) : undefined;
    return (
        <>
            {isFirstOfLayer && <li className={css.layerName}>{policyTexts.layer[row.layer]}</li>}
            <li className={classes(css.traceRow, tone, decided && css.decided)}>
                <span className={css.rowNumber}>{row.number ?? ''}</span>
                <span className={css.rowText}>
                    {row.rule_id === null ? <span>{policyTexts.defaultRule}</span> : <RuleLink id={row.rule_id} name={row.name} onOpenRule={onOpenRule}>{row.name}</RuleLink>}
                    {row.near_miss && <Chip tone="warning">{whatIfTexts.nearMiss}</Chip>}
                    <small>{rowWords(row)}</small>
                </span>
            </li>
        </>
    );
}

function rowWords(row: WhatIfRow): string {
    if (row.outcome === 'off') return whatIfTexts.off;
    if (row.outcome === 'unknown') return whatIfTexts.waits(detailWords(row.detail));
    return detailWords(row.detail) || (row.outcome === 'match' ? whatIfTexts.allHold : '');
}
