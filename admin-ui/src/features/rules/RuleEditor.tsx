// The panel beside the list in which a rule is read and changed. Every field is saved to the draft as
// soon as it is left; there is no Save button.
import { ArrowUpDown, Plus, ScrollText, Trash2 } from 'lucide-react';
import { createContext, type ReactNode, useContext, useState } from 'react';

import { fieldErrors } from '../../api/problem';
import { roleReaches, useSession } from '../../api/session';
import { Button, ButtonLink } from '../../components/Button';
import { SidePanel } from '../../components/Dialog';
import { SegmentedControl } from '../../components/Tabs';
import { Select, Switch, Textarea, TextField } from '../../components/Field';
import { Menu } from '../../components/Menu';
import { type Offer, TokenField } from '../../components/TokenField';
import { ago } from '../../format/durations';
import { count, exactCount } from '../../format/numbers';
import { ActionsOf, type ConditionName, ConditionNames, type Conditions, type ConditionValue, type Limits, ListPrefix, MostBlockTextCharacters, type When } from '../../policy/document';
import { useListNames } from '../../policy/queries';
import { valueWords } from '../../policy/ruleWords';
import { policyTexts } from '../../policy/texts';
import type { PolicyDraft, Rule, RuleStats } from '../../policy/types';
import { useImpact } from '../../policy/useImpact';
import { fromZonedInput, toZonedInput } from '../../policy/zonedTime';
import { usePreferences } from '../../shell/preferences';
import { HoursPopover } from './HoursPopover';
import css from './RuleEditor.module.css';
import type { Patch } from './mergePatch';
import { rulesTexts } from './texts';
import { useSaved, useTyped } from '../../policy/useSaved';
import type { Refusal, RuleChanges } from './useRuleChanges';

interface RuleEditorProps {
    rule: Rule;
    draft: PolicyDraft;
    stats: RuleStats | undefined;
    profiles: readonly string[];
    sections: readonly string[];
    presence: string | undefined;
    reason: string | undefined;
    changes: RuleChanges;
    refusal: Refusal | null;
    onClose(): void;
    onMove(rule: Rule): void;
}

interface Editing {
    rule: Rule;
    /** Why nothing can be changed. */
    reason: string | undefined;
    readOnly: boolean;
    errors: Readonly<Record<string, string>>;
    save(patch: Patch, label: string, begunAt: string): Promise<boolean>;
}

const EditingContext = createContext<Editing | null>(null);

function useEditing(): Editing {
    const editing = useContext(EditingContext);
    if (!editing) throw new Error('a field outside of the editor');
    return editing;
}

export function RuleEditor(props: RuleEditorProps) {
    const { rule, reason, changes, refusal, presence } = props;
    const texts = rulesTexts.editor;
    const refused = refusal?.ruleId === rule.id ? refusal.problem : null;
    const errors = refused ? fieldErrors(refused) : {};
    const shownAtFields = Object.keys(errors).length > 0;
    const editing: Editing = {
        rule,
        reason,
        readOnly: reason !== undefined,
        errors,
        save: (patch, label, begunAt) => changes.patch(rule, patch, rulesTexts.saved(label, rule.name), begunAt),
    };
    return (
        <EditingContext value={editing}>
            <SidePanel
                title={texts.title(rule.number, policyTexts.layer[rule.layer])}
                onClose={props.onClose}
                takeFocus
                className={css.panel}
                footer={
                    <>
                        <ButtonLink icon={ScrollText} size="small" variant="quiet" href={`/audit?rule=${encodeURIComponent(rule.id)}`}>{texts.sessions}</ButtonLink>
                        <Button icon={ArrowUpDown} size="small" reason={reason} onClick={() => props.onMove(rule)}>{rulesTexts.moveTo}</Button>
                        <Button icon={Trash2} size="small" variant="danger" reason={reason} onClick={() => void changes.remove(rule)}>{texts.remove}</Button>
                    </>
                }
            >
                {reason !== undefined && <p className={css.notice}>{texts.readOnly(reason)}</p>}
                {presence && <p className={css.notice}>{texts.presence(presence)}</p>}
                {!rule.enabled && rule.change?.kinds.includes('new') && <p className={css.notice}>{texts.newIsOff}</p>}
                {refused && !shownAtFields && <p className={css.problem} role="alert">{refused.detail || refused.title}</p>}
                <Basics />
                <ConditionFields names={['user', 'group', 'client']} title={texts.who} />
                <ConditionFields names={['host', 'address', 'port', 'protocol']} title={texts.destination} />
                <TimeFields />
                <MoreConditions />
                <ExceptFields />
                {rule.layer === 'inspection' && <ProfileField profiles={props.profiles} />}
                {rule.layer === 'limits' && <LimitFields />}
                <People sections={props.sections} />
                <Matched rule={rule} draft={props.draft} stats={props.stats} />
            </SidePanel>
        </EditingContext>
    );
}

function Basics() {
    const { rule, reason, readOnly, save, errors } = useEditing();
    const texts = rulesTexts.editor;
    const name = useTyped(rule.name, rule.etag, (value, begunAt) => save({ name: value }, policyTexts.field.name, begunAt));
    const actions = ActionsOf[rule.layer];
    return (
        <div className={css.group}>
            <TextField label={policyTexts.field.name} {...name} readOnly={readOnly} error={errors.name} maxLength={200} />
            <div className={css.pair}>
                <div className={css.choice}>
                    <span className={css.choiceLabel}>{policyTexts.field.action}</span>
                    {actions.length === 1 || readOnly
                        ? <span className={css.fixed}>{policyTexts.action[rule.action]}</span>
                        : (
                            <SegmentedControl
                                label={policyTexts.field.action}
                                options={actions.map((value) => ({ value, label: policyTexts.action[value] }))}
                                value={rule.action}
                                onChange={(action) => void save({ action }, policyTexts.field.action, rule.etag)}
                            />
                        )}
                    {errors.action && <p className={css.fieldError}>{errors.action}</p>}
                </div>
                <Select
                    label={policyTexts.field.mode}
                    value={rule.mode}
                    disabled={readOnly}
                    error={errors.mode}
                    onChange={(mode) => void save({ mode }, policyTexts.field.mode, rule.etag)}
                    options={[{ value: 'enforce', label: texts.enforce }, { value: 'report', label: texts.report }]}
                />
            </div>
            <Switch
                label={texts.enabled}
                labelShown
                checked={rule.enabled}
                reason={reason}
                onChange={(enabled) => void save({ enabled }, policyTexts.field.enabled, rule.etag)}
            />
            {actions.includes('deny') && <BlockTextField />}
        </div>
    );
}

function Group({ title, children }: { title: string; children: ReactNode }) {
    return (
        <fieldset className={css.group}>
            <legend>{title}</legend>
            {children}
        </fieldset>
    );
}

function ConditionFields({ names, title }: { names: readonly ConditionName[]; title: string }) {
    return (
        <Group title={title}>
            {names.map((name) => <ConditionField key={name} name={name} />)}
        </Group>
    );
}

/** One column of the rule, or of what it excepts. */
function ConditionField({ name, excepted }: { name: ConditionName; excepted?: boolean }) {
    const { rule, readOnly, save, errors } = useEditing();
    const when = (rule.when ?? {}) as When;
    const values = (excepted ? when.not?.[name] : when[name]) ?? [];
    const label = excepted ? policyTexts.difference.exceptOf(policyTexts.condition[name]) : policyTexts.condition[name];
    const prefix = excepted ? `when.not.${name}` : `when.${name}`;
    const [shown, set] = useSaved(values.map(String), rule.etag, (next, begunAt) => {
        const column = { [name]: next.length > 0 ? next.map((value) => written(name, value)) : null };
        return save({ when: excepted ? { not: column } : column }, label, begunAt);
    });
    const offers = useOffers(name);
    const fixed = name === 'protocol' || name === 'names';
    return (
        <TokenField
            label={label}
            placeholder={excepted ? rulesTexts.editor.nothingExcepted : fixed ? rulesTexts.editor.any : policyTexts.conditionHint[name]}
            values={shown}
            onChange={set}
            offers={offers}
            offeredOnly={fixed}
            labelOf={(value) => labelOf(name, value)}
            readOnly={readOnly}
            error={errors[prefix]}
            valueErrors={valueErrors(errors, prefix)}
        />
    );
}

function written(name: ConditionName, value: string): ConditionValue {
    return name === 'port' && /^\d+$/.test(value) ? Number(value) : value;
}

function labelOf(name: ConditionName, value: string): string {
    if (value.startsWith(ListPrefix)) return rulesTexts.editor.list(value.slice(ListPrefix.length));
    return valueWords(name, value);
}

function valueErrors(errors: Readonly<Record<string, string>>, prefix: string): Record<number, string> {
    return Object.fromEntries(Object.entries(errors).flatMap(([name, message]) => {
        const rest = name.startsWith(`${prefix}.`) ? name.slice(prefix.length + 1) : '';
        return /^\d+$/.test(rest) ? [[Number(rest), message]] : [];
    }));
}

function useOffers(name: ConditionName): readonly Offer[] {
    const lists = useListNames().data;
    if (name === 'host' || name === 'address' || name === 'sni' || name === 'origin') {
        const fits = (kind: string) => (name === 'address' ? kind !== 'hosts' : kind !== 'networks' || name === 'host');
        return (lists ?? []).filter((list) => fits(list.kind)).map((list) => ({
            value: ListPrefix + list.name, label: rulesTexts.editor.list(list.name), detail: rulesTexts.editor.entries(count(list.entries)),
        }));
    }
    if (name === 'protocol') return Object.entries(policyTexts.protocol).map(([value, label]) => ({ value, label }));
    if (name === 'names') return Object.entries(policyTexts.nameDifference).map(([value, label]) => ({ value, label }));
    if (name === 'method') return ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'CONNECT'].map((value) => ({ value, label: value }));
    if (name === 'alpn') return ['h2', 'http/1.1'].map((value) => ({ value, label: value }));
    return [];
}

function TimeFields() {
    const { rule, readOnly, save, errors } = useEditing();
    const { zone } = usePreferences();
    const texts = rulesTexts.editor;
    const when = (rule.when ?? {}) as When;
    const times = (when.time ?? []).map(String);
    const [starts, setStarts] = useSaved(rule.starts ?? null, rule.etag, (value, begunAt) => save({ starts: value }, policyTexts.field.starts, begunAt));
    const [expires, setExpires] = useSaved(rule.expires ?? null, rule.etag, (value, begunAt) => save({ expires: value }, policyTexts.field.expires, begunAt));
    return (
        <Group title={texts.when}>
            <ConditionField name="time" />
            {!readOnly && (
                <HoursPopover
                    zone={zone}
                    onAdd={(schedule) => void save({ when: { time: [...times.filter((time) => time !== schedule), schedule] } }, policyTexts.condition.time, rule.etag)}
                />
            )}
            <div className={css.pair}>
                <MomentField label={policyTexts.field.starts} value={starts} zone={zone} readOnly={readOnly} error={errors.starts} onChange={setStarts} />
                <MomentField
                    label={policyTexts.field.expires}
                    hint={rule.layer === 'emergency' ? texts.mustExpire : texts.expiryHint}
                    value={expires}
                    zone={zone}
                    readOnly={readOnly}
                    error={errors.expires}
                    onChange={setExpires}
                />
            </div>
        </Group>
    );
}

interface MomentFieldProps {
    label: string;
    hint?: string;
    value: string | null;
    zone: string;
    readOnly: boolean;
    error: string | undefined;
    onChange(value: string | null): void;
}

function MomentField({ label, hint, value, zone, readOnly, error, onChange }: MomentFieldProps) {
    const [typed, setTyped] = useState<string | null>(null);
    return (
        <TextField
            type="datetime-local"
            label={`${label} (${zone})`}
            hint={hint}
            error={error}
            readOnly={readOnly}
            value={typed ?? toZonedInput(value, zone)}
            onChange={setTyped}
            onBlur={() => {
                if (typed !== null && typed !== toZonedInput(value, zone)) onChange(fromZonedInput(typed, zone));
                setTyped(null);
            }}
        />
    );
}

const Always: readonly ConditionName[] = ['user', 'group', 'client', 'host', 'address', 'port', 'protocol', 'time'];
const Seldom = ConditionNames.filter((name) => !Always.includes(name));

/** Conditions that few rules have appear when they are set, or asked for. */
function MoreConditions() {
    const { rule, readOnly } = useEditing();
    const [wanted, setWanted] = useState<readonly ConditionName[]>([]);
    const when = (rule.when ?? {}) as When;
    const shown = Seldom.filter((name) => wanted.includes(name) || (when[name]?.length ?? 0) > 0);
    const rest = Seldom.filter((name) => !shown.includes(name));
    if (readOnly && shown.length === 0) return null;
    return (
        <Group title={rulesTexts.editor.more}>
            {shown.map((name) => <ConditionField key={name} name={name} />)}
            {!readOnly && <AddCondition label={rulesTexts.editor.addCondition} names={rest} onAdd={(name) => setWanted([...wanted, name])} />}
        </Group>
    );
}

function ExceptFields() {
    const { rule, readOnly } = useEditing();
    const [wanted, setWanted] = useState<readonly ConditionName[]>([]);
    const not: Conditions = ((rule.when ?? {}) as When).not ?? {};
    const shown = ConditionNames.filter((name) => wanted.includes(name) || (not[name]?.length ?? 0) > 0);
    const rest = ConditionNames.filter((name) => !shown.includes(name));
    if (readOnly && shown.length === 0) return null;
    return (
        <Group title={rulesTexts.editor.except}>
            {shown.map((name) => <ConditionField key={name} name={name} excepted />)}
            {!readOnly && <AddCondition label={rulesTexts.editor.addException} names={rest} onAdd={(name) => setWanted([...wanted, name])} />}
        </Group>
    );
}

function AddCondition({ label, names, onAdd }: { label: string; names: readonly ConditionName[]; onAdd(name: ConditionName): void }) {
    return (
        <div>
            <Menu
                align="start"
                trigger={<Button icon={Plus} size="small">{label}</Button>}
                items={names.map((name) => ({ label: policyTexts.condition[name], onSelect: () => onAdd(name) }))}
            />
        </div>
    );
}

function ProfileField({ profiles }: { profiles: readonly string[] }) {
    const { rule, readOnly, save, errors } = useEditing();
    const names = [...new Set([...profiles, ...(rule.profile ? [rule.profile] : [])])];
    return (
        <Group title={rulesTexts.editor.inspection}>
            <Select
                label={policyTexts.field.profile}
                hint={rulesTexts.editor.profileHint}
                error={errors.profile}
                disabled={readOnly || rule.action !== 'observe'}
                value={rule.profile ?? ''}
                onChange={(profile) => void save({ profile: profile === '' ? null : profile }, policyTexts.field.profile, rule.etag)}
                options={[{ value: '', label: rulesTexts.editor.noProfile }, ...names.map((name) => ({ value: name, label: name }))]}
            />
        </Group>
    );
}

/** Kept while the rule allows, for when it denies again. */
function BlockTextField() {
    const { rule, readOnly, save, errors } = useEditing();
    const texts = rulesTexts.editor;
    const label = policyTexts.field.blockText;
    const most = MostBlockTextCharacters;
    const denies = rule.action === 'deny';
    const typed = useTyped(rule.blockText ?? '', rule.etag, (value, begunAt) => save({ blockText: value === '' ? null : value }, label, begunAt));
    const used = [...typed.value].length;
    return (
        <Textarea
            label={label}
            hint={denies ? texts.blockTextHint(used, most) : texts.blockTextIdle}
            rows={2}
            readOnly={readOnly}
            disabled={!denies}
            error={used > most ? texts.blockTextTooLong(most) : errors.blockText}
            value={typed.value}
            onChange={typed.onChange}
            onBlur={typed.onBlur}
        />
    );
}

function LimitFields() {
    return (
        <Group title={policyTexts.layer.limits}>
            <div className={css.pair}>
                <LimitField name="idle" />
                <LimitField name="duration" />
                <LimitField name="bytes" />
                <LimitField name="rate" />
            </div>
        </Group>
    );
}

function LimitField({ name }: { name: keyof Limits }) {
    const { rule, readOnly, save, errors } = useEditing();
    const label = policyTexts.limitLabel[name];
    const typed = useTyped(rule.limits?.[name] ?? '', rule.etag, (value, begunAt) => save({ limits: { [name]: value === '' ? null : value } }, label, begunAt));
    return (
        <TextField
            label={label}
            hint={rulesTexts.editor.limitHint[name]}
            placeholder={rulesTexts.editor.noLimit}
            readOnly={readOnly}
            error={errors[`limits.${name}`] ?? (name === 'idle' ? errors.limits : undefined)}
            {...typed}
        />
    );
}

function People({ sections }: { sections: readonly string[] }) {
    const { rule, readOnly, save, errors } = useEditing();
    const listId = `sections-of-${rule.id}`;
    const text = (field: 'section' | 'owner' | 'ticket' | 'comment') => (value: string, begunAt: string) =>
        save({ [field]: value === '' ? null : value }, policyTexts.field[field], begunAt);
    const section = useTyped(rule.section ?? '', rule.etag, text('section'));
    const owner = useTyped(rule.owner ?? '', rule.etag, text('owner'));
    const ticket = useTyped(rule.ticket ?? '', rule.etag, text('ticket'));
    const comment = useTyped(rule.comment ?? '', rule.etag, text('comment'));
    return (
        <Group title={rulesTexts.editor.people}>
            <Textarea
                label={policyTexts.field.comment}
                rows={2}
                readOnly={readOnly}
                error={errors.comment}
                value={comment.value}
                onChange={comment.onChange}
                onBlur={comment.onBlur}
            />
            <div className={css.pair}>
                <TextField label={policyTexts.field.ticket} readOnly={readOnly} error={errors.ticket} {...ticket} />
                <TextField label={policyTexts.field.owner} readOnly={readOnly} error={errors.owner} {...owner} />
            </div>
            <TextField label={policyTexts.field.section} hint={rulesTexts.editor.sectionHint} list={listId} readOnly={readOnly} error={errors.section} {...section} />
            <datalist id={listId}>{sections.map((name) => <option key={name} value={name}>{name}</option>)}</datalist>
        </Group>
    );
}

/** What the rule would have decided lately, and what it did decide. */
function Matched({ rule, draft, stats }: { rule: Rule; draft: PolicyDraft; stats: RuleStats | undefined }) {
    const { role } = useSession();
    const impact = useImpact(draft.etag, roleReaches(role, 'auditor') && draft.problem === null);
    const texts = rulesTexts.editor;
    const decided = impact.result?.decided.find((each) => each.rule_id === rule.id)?.count ?? 0;
    return (
        <div className={css.matched} aria-live="off">
            {impact.state === 'working' && <p>{texts.measuring}</p>}
            {impact.result && <p><b>{texts.matched(exactCount(decided))}</b> {texts.ofAll(exactCount(impact.result.evaluated))}</p>}
            <p className={css.quiet}>
                {stats ? texts.hits(exactCount(rule.mode === 'report' ? stats.would_hits : stats.hits), stats.last_hit_at ? ago(stats.last_hit_at) : null) : texts.noHits}
            </p>
            {rule.changed_by && rule.changed_at && <p className={css.quiet}>{texts.changedBy(rule.changed_by, ago(rule.changed_at))}</p>}
            <p className={css.quiet}>{texts.id} <code>{rule.id}</code></p>
        </div>
    );
}
