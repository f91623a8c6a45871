// Sample messages for a profile, put to the proxy's own matcher.
import { CircleCheck, Play, Plus, TriangleAlert, X } from 'lucide-react';
import { useState } from 'react';

import { api } from '../../api/client';
import type { Schema } from '../../api/types';
import { Button, IconButton } from '../../components/Button';
import { Chip } from '../../components/Chip';
import { NumberField, Select, Textarea, TextField } from '../../components/Field';
import { Panel } from '../../components/Panel';
import { ErrorState } from '../../components/States';
import type { WsProfile } from '../../policy/queries';
import { websocketTexts } from './texts';
import css from './WebSocket.module.css';

type Direction = 'client-to-upstream' | 'upstream-to-client';
interface Sample {
    id: number;
    direction: Direction;
    form: 'text' | 'base64';
    content: string;
    wait: number;
}

const texts = websocketTexts.tester;
const Most = 50;

export function Tester({ profile }: { profile: WsProfile }) {
    const [samples, setSamples] = useState<readonly Sample[]>([{ id: 1, direction: 'client-to-upstream', form: 'text', content: texts.sample, wait: 0 }]);
    const [subprotocol, setSubprotocol] = useState('');
    const [result, setResult] = useState<Schema<'WsTrialResult'> | null>(null);
    const [problem, setProblem] = useState<unknown>(null);
    const [busy, setBusy] = useState(false);

    const change = (id: number, next: Partial<Sample>) => {
        setSamples(samples.map((sample) => (sample.id === id ? { ...sample, ...next } : sample)));
        setResult(null);
    };

    async function run(): Promise<void> {
        setBusy(true);
        setProblem(null);
        try {
            const trial: Schema<'WsTrial'> = {
                profile_id: profile.id,
                ...(subprotocol.trim() !== '' ? { subprotocol: subprotocol.trim() } : {}),
                messages: samples.map(({ direction, form, content, wait }) => ({
                    direction, [form]: content, ...(wait > 0 ? { wait_ms: wait } : {}),
                })),
            };
            setResult((await api.post<Schema<'WsTrialResult'>>('/ws-rules/test', trial)).data);
        } catch (error) {
            setProblem(error);
        } finally {
            setBusy(false);
        }
    }

    return (
        <Panel title={texts.title}>
            <form
                className={css.editor}
                onSubmit={(event) => {
                    event.preventDefault();
                    void run();
                }}
            >
                <p className={css.quiet}>{texts.explains}</p>
                <TextField label={texts.subprotocol} value={subprotocol} onChange={setSubprotocol} />
                <ol className={css.checks}>
                    {samples.map((sample, index) => (
                        <li key={sample.id} className={css.sample}>
                            <Textarea label={texts.message(index + 1)} rows={2} spellCheck={false} value={sample.content} onChange={(content) => change(sample.id, { content })} />
                            <div className={css.sampleTools}>
                                <Select
                                    label={texts.direction(index + 1)}
                                    labelHidden
                                    value={sample.direction}
                                    onChange={(direction) => change(sample.id, { direction })}
                                    options={(['client-to-upstream', 'upstream-to-client'] as const).map((value) => ({ value, label: websocketTexts.directions[value] }))}
                                />
                                <Select
                                    label={texts.form(index + 1)}
                                    labelHidden
                                    value={sample.form}
                                    onChange={(form) => change(sample.id, { form })}
                                    options={[{ value: 'text', label: texts.text }, { value: 'base64', label: texts.base64 }]}
                                />
                                {index > 0 && <NumberField label={texts.wait(index + 1)} labelHidden unit="ms" min={0} max={600_000} step={100} value={sample.wait} onChange={(wait) => change(sample.id, { wait: wait ?? 0 })} />}
                                {samples.length > 1 && (
                                    <IconButton icon={X} size="small" label={texts.remove(index + 1)} onClick={() => setSamples(samples.filter((each) => each.id !== sample.id))} />
                                )}
                            </div>
                        </li>
                    ))}
                </ol>
                <div className={css.row}>
                    <Button type="submit" variant="primary" icon={Play} busy={busy}>{texts.run}</Button>
                    {samples.length < Most && (
                        <Button icon={Plus} onClick={() => setSamples([...samples, { id: Math.max(...samples.map((each) => each.id)) + 1, direction: 'client-to-upstream', form: 'text', content: '', wait: 0 }])}>
                            {texts.add}
                        </Button>
                    )}
                </div>
                {problem !== null && <ErrorState compact what={texts.title} error={problem} />}
                {result && <Outcome result={result} />}
            </form>
        </Panel>
    );
}

function Outcome({ result }: { result: Schema<'WsTrialResult'> }) {
    const isGood = result.outcome === 'passes';
    return (
        <div role="status" className={css.outcome}>
            <p className={isGood ? css.good : css.bad}>
                {isGood ? <CircleCheck size={15} aria-hidden="true" /> : <TriangleAlert size={15} aria-hidden="true" />} <b>{texts.outcome[result.outcome]}</b>
            </p>
            {result.findings.length === 0 ? <p className={css.quiet}>{texts.nothing}</p> : (
                <ul>
                    {result.findings.map((finding, index) => (
                        <li key={index}>
                            <Chip tone={finding.action === 'cut' ? 'deny' : finding.action === 'note' ? 'plain' : 'warning'}>{websocketTexts.actionWord[finding.action] ?? finding.action}</Chip>
                            <b>{finding.check}</b> <span>{texts.at(finding.message)}: {finding.detail}</span>
                        </li>
                    ))}
                </ul>
            )}
        </div>
    );
}
