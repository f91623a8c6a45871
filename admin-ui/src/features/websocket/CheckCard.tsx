// One check of a profile: what it finds, in which direction, and what is done then.
import { ArrowDown, ArrowUp, Trash2 } from 'lucide-react';
import type { ReactNode } from 'react';

import { IconButton } from '../../components/Button';
import { NumberField, Select, TextField } from '../../components/Field';
import { TokenField } from '../../components/TokenField';
import { useSaved, useTyped } from '../../policy/useSaved';
import { type Check, Faults, type Kind, kindOf, Kinds, withAction, withKind } from './checkKinds';
import { websocketTexts } from './texts';
import css from './WebSocket.module.css';

export interface CheckCardProps {
    check: Check;
    etag: string;
    patterns: readonly string[];
    errors: Readonly<Record<string, string>>;
    reason: string | undefined;
    /** Below the fields. */
    hits: ReactNode;
    onChange(check: Check): Promise<boolean>;
    onMove: { up: (() => void) | undefined; down: (() => void) | undefined };
    onRemove(): void;
}

const texts = websocketTexts.check;

export function CheckCard({ check: known, etag, patterns, errors, reason, hits, onChange, onMove, onRemove }: CheckCardProps) {
    const [check, set] = useSaved(known, etag, onChange);
    const name = useTyped(check.name, etag, (value) => onChange({ ...check, name: value }));
    const rate = useTyped(check.rate ?? '', etag, (value) => onChange({ ...check, rate: value }));
    const readOnly = reason !== undefined;
    return (
        <li className={css.check}>
            <fieldset>
                <legend className="visually-hidden">{check.name}</legend>
                <div className={css.checkHead}>
                    <TextField label={texts.name} readOnly={readOnly} error={errors.name} {...name} />
                    <span className={css.checkTools}>
                        <IconButton icon={ArrowUp} size="small" label={texts.up(check.name)} reason={reason} disabled={!readOnly && !onMove.up} onClick={onMove.up} />
                        <IconButton icon={ArrowDown} size="small" label={texts.down(check.name)} reason={reason} disabled={!readOnly && !onMove.down} onClick={onMove.down} />
                        <IconButton icon={Trash2} size="small" label={texts.remove(check.name)} reason={reason} onClick={onRemove} />
                    </span>
                </div>
                <div className={css.fields}>
                    <Select
                        label={texts.kind}
                        disabled={readOnly}
                        value={kindOf(check)}
                        onChange={(kind) => set(withKind(check, kind))}
                        options={Kinds.map((kind) => ({ value: kind, label: websocketTexts.kinds[kind] }))}
                    />
                    <Condition check={check} etag={etag} patterns={patterns} errors={errors} readOnly={readOnly} onChange={onChange} set={set} />
                    <Select
                        label={texts.direction}
                        disabled={readOnly}
                        value={check.direction ?? 'both'}
                        error={errors.direction}
                        onChange={(direction) => {
                            const { direction: _was, ...rest } = check;
                            set(direction === 'both' ? rest : { ...rest, direction });
                        }}
                        options={(['both', 'client-to-upstream', 'upstream-to-client'] as const).map((value) => ({ value, label: websocketTexts.directions[value] }))}
                    />
                    <Select
                        label={texts.action}
                        disabled={readOnly}
                        value={check.action}
                        error={errors.action}
                        onChange={(action) => set(withAction(check, action))}
                        options={(['note', 'alert', 'slow', 'cut'] as const).map((value) => ({ value, label: websocketTexts.actions[value] }))}
                    />
                    {check.action === 'slow' && <TextField label={texts.rate} hint={texts.rateHint} readOnly={readOnly} error={errors.rate} {...rate} />}
                </div>
                {hits}
            </fieldset>
        </li>
    );
}

interface ConditionProps extends Pick<CheckCardProps, 'check' | 'etag' | 'patterns' | 'errors' | 'onChange'> {
    readOnly: boolean;
    set(check: Check): void;
}

/** What the chosen kind needs. */
function Condition(props: ConditionProps) {
    const { check, patterns, errors, readOnly, set } = props;
    const kind = kindOf(check);
    const value = websocketTexts.value;
    switch (kind) {
        case 'largerThan':
        case 'bytes':
        case 'bytesPerSecond':
            return <TypedField {...props} key={kind} label={value.size} hint={value.sizeHint} text={check[kind] ?? ''} error={errors[kind]} change={(text) => ({ ...check, [kind]: text })} />;
        case 'messages':
        case 'messagesPerSecond':
            return (
                <TypedField
                    {...props}
                    key={kind}
                    label={value.count}
                    text={String(check[kind] ?? '')}
                    error={errors[kind]}
                    change={(text) => ({ ...check, [kind]: /^\d+$/.test(text) ? Number(text) : (text as unknown as number) })}
                />
            );
        case 'kind':
            return (
                <Select
                    label={value.kind}
                    disabled={readOnly}
                    value={check.kind ?? 'binary'}
                    onChange={(next) => set({ ...check, kind: next })}
                    options={[{ value: 'text', label: value.text }, { value: 'binary', label: value.binary }]}
                />
            );
        case 'subprotocolNotIn':
        case 'extensionNotIn':
            return <TokenField label={value.names} hint={value.namesHint} readOnly={readOnly} values={check[kind] ?? []} error={errorBelow(errors, kind)} onChange={(names) => set({ ...check, [kind]: names })} />;
        case 'broken':
            return (
                <TokenField
                    label={value.faults}
                    hint={value.faultsHint}
                    readOnly={readOnly}
                    values={Array.isArray(check.broken) ? check.broken : []}
                    offers={Faults.map((fault) => ({ value: fault, label: fault }))}
                    offeredOnly
                    error={errorBelow(errors, kind)}
                    onChange={(faults) => set({ ...check, broken: faults.length === 0 ? true : faults })}
                />
            );
        case 'notInspectable':
            return <p className={css.nothingMore}>{value.noValue}</p>;
        case 'patterns':
            return (
                <>
                    <TokenField
                        label={value.patterns}
                        hint={value.patternsHint}
                        readOnly={readOnly}
                        values={check.patterns ?? []}
                        offers={patterns.map((pattern) => ({ value: pattern, label: pattern }))}
                        error={errorBelow(errors, kind)}
                        onChange={(next) => set({ ...check, patterns: next })}
                    />
                    <Select
                        label={value.in}
                        disabled={readOnly}
                        value={(check.in ?? ['text']).join(' ')}
                        onChange={(next) => set({ ...check, in: next.split(' ') as Array<'text' | 'binary'> })}
                        options={[{ value: 'text', label: value.inText }, { value: 'binary', label: value.inBinary }, { value: 'text binary', label: value.inBoth }]}
                    />
                </>
            );
        case 'beacon':
            return <BeaconFields {...props} />;
    }
}

function BeaconFields({ check, etag, errors, readOnly, onChange, set }: ConditionProps) {
    const value = websocketTexts.value;
    const beacon = check.beacon ?? {};
    const number = (name: 'messages' | 'jitter') => (next: number | null) => {
        if (next !== null) set({ ...check, beacon: { ...beacon, [name]: next } });
    };
    const shared = { check, etag, errors, readOnly, onChange };
    return (
        <>
            <NumberField label={value.beaconMessages} disabled={readOnly} value={beacon.messages ?? 10} min={2} max={10_000} error={errors['beacon.messages']} onChange={number('messages')} />
            <TypedField {...shared} label={value.beaconBytes} text={beacon.bytes ?? '256'} error={errors['beacon.bytes']} change={(text) => ({ ...check, beacon: { ...beacon, bytes: text } })} />
            <NumberField label={value.beaconJitter} disabled={readOnly} value={beacon.jitter ?? 10} min={0} max={100} unit="%" error={errors['beacon.jitter']} onChange={number('jitter')} />
            <TypedField {...shared} label={value.beaconLeast} hint={value.beaconLeastHint} text={beacon.least ?? '1s'} error={errors['beacon.least']} change={(text) => ({ ...check, beacon: { ...beacon, least: text } })} />
        </>
    );
}

interface TypedFieldProps extends Pick<ConditionProps, 'check' | 'etag' | 'readOnly' | 'onChange'> {
    label: string;
    hint?: string;
    text: string;
    error: string | undefined;
    change(text: string): Check;
}

function TypedField({ etag, readOnly, onChange, label, hint, text, error, change }: TypedFieldProps) {
    const typed = useTyped(text, etag, (value) => onChange(change(value)));
    return <TextField label={label} hint={hint} readOnly={readOnly} error={error} {...typed} />;
}

function errorBelow(errors: Readonly<Record<string, string>>, kind: Kind): string | undefined {
    return errors[kind] ?? Object.entries(errors).find(([name]) => name.startsWith(`${kind}.`))?.[1];
}
