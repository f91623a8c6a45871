// Facets: the most frequent values of each field. A click on a value wants it, the bar icon leaves it
// out; the counts ignore the facet's own choice, so that the others can be compared.
import { Ban } from 'lucide-react';
import { memo, useState } from 'react';

import { classes } from '../../components/classes';
import { HostText } from '../../components/HostText';
import { ErrorState, Skeleton } from '../../components/States';
import { count, exactCount, percent } from '../../format/numbers';
import { facetFields } from './fields';
import css from './FacetList.module.css';
import { type Filter, senseOf, toggled } from './filter';
import { type Facet, type Facets, type Question, useMoreOfFacet } from './requests';
import { codeWords, type LabelOf } from './termWords';
import { auditTexts } from './texts';

interface Props {
    facets: Facets | undefined;
    error: unknown;
    onRetry(): void;
    filter: Filter;
    onChange(filter: Filter): void;
    question: Question;
    labelOf: LabelOf;
    view: 'search' | 'live';
}

const texts = auditTexts.facets;

/** Keys in the table must not draw it again. */
export const FacetList = memo(function FacetList({ facets, error, onRetry, filter, onChange, question, labelOf, view }: Props) {
    if (error && !facets) return <ErrorState compact what={texts.what} error={error} onRetry={onRetry} />;
    if (!facets) return <Skeleton rows={14} />;
    return (
        <div className={css.facets}>
            {view === 'live' && <p className={css.note}>{texts.frozen}</p>}
            {facets.approx && <p className={css.approx}>{auditTexts.summary.about(percent(facets.fraction))}</p>}
            {facetFields.map((field) => {
                const facet = facets.facets[field];
                if (!facet || (facet.values.length === 0 && !facet.masked && !filter.some((term) => term.field === field))) return null;
                return <FacetOfField key={field} {...{ field, facet, filter, onChange, question, labelOf }} />;
            })}
        </div>
    );
});

interface FieldProps extends Pick<Props, 'filter' | 'onChange' | 'question' | 'labelOf'> {
    field: string;
    facet: Facet;
}

function FacetOfField({ field, facet, filter, onChange, question, labelOf }: FieldProps) {
    const [all, setAll] = useState(false);
    const long = useMoreOfFacet(question, field, all ? 'on' : 'off');
    const found = (all && long.data) || facet;
    const counted = withChosen(found.values, field, filter, labelOf);
    const values = field === 'verdict' ? inOrder(counted) : counted;
    const most = Math.max(1, ...values.map((value) => value.count ?? 0));
    const left = facet.distinct - facet.values.length;
    const title = auditTexts.fields[field] ?? field;
    return (
        <section className={css.facet} aria-label={title}>
            <h2>
                {title} <span title={exactCount(facet.distinct)}>{count(facet.distinct)}</span>
            </h2>
            {facet.masked && <p className={css.note}>{texts.masked}</p>}
            <ul>
                {values.map((value) => {
                    const sense = senseOf(filter, field, value.value);
                    const label = labelIn(field, value.value, value.label);
                    return (
                        <li key={value.value} className={classes(css.value, sense === 'is' && css.chosen, sense === 'not' && css.excluded)}>
                            <label>
                                <input type="checkbox" checked={sense === 'is'} onChange={() => onChange(toggled(filter, field, value.value, 'is'))} />
                                {field === 'verdict' && <i data-verdict={value.value} aria-hidden="true" />}
                                {field === 'host' ? <HostText host={label} /> : <span className={css.name} title={label}>{label}</span>}
                            </label>
                            <span className={css.count} title={exactCount(value.count)}>{count(value.count)}</span>
                            <button
                                type="button"
                                className={css.out}
                                aria-pressed={sense === 'not'}
                                aria-label={sense === 'not' ? texts.include(label) : texts.exclude(label)}
                                title={sense === 'not' ? texts.include(label) : texts.exclude(label)}
                                onClick={() => onChange(toggled(filter, field, value.value, 'not'))}
                            >
                                <Ban aria-hidden="true" size={13} />
                            </button>
                            <span className={css.bar} aria-hidden="true"><span style={{ width: `${((value.count ?? 0) / most) * 100}%` }} /></span>
                        </li>
                    );
                })}
            </ul>
            {left > 0 && (
                <button type="button" className={css.more} aria-expanded={all} onClick={() => setAll(!all)}>
                    {all ? texts.fewer : texts.more(count(left))}
                </button>
            )}
        </section>
    );
}

interface ShownValue {
    value: string;
    label: string;
    /** Null: not among the most frequent, so not counted. */
    count: number | null;
}

const VerdictOrder = ['deny', 'inspect', 'allow', 'error'];

/** Verdicts keep their places, however their counts change. */
function inOrder(values: readonly ShownValue[]): readonly ShownValue[] {
    return [...values].sort((a, b) => VerdictOrder.indexOf(a.value) - VerdictOrder.indexOf(b.value));
}

/** What is chosen stays in sight even when it is not among the most frequent. */
function withChosen(values: readonly ShownValue[], field: string, filter: Filter, labelOf: LabelOf): readonly ShownValue[] {
    const chosen = filter
        .filter((term) => term.field === field && term.match === 'text' && !values.some(({ value }) => value === term.value))
        .map(({ value }) => ({ value, label: labelOf(field, value) ?? value, count: null }));
    return [...values, ...chosen];
}

function labelIn(field: string, value: string, label: string): string {
    if (field === 'verdict') return auditTexts.verdicts[value] ?? label;
    if (field === 'user' && value === '') return auditTexts.nobody;
    return label && label !== value ? label : codeWords(field, value);
}
