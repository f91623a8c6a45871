// Tries what is saved: a name is resolved, a sink gets one record.
import { useMutation } from '@tanstack/react-query';
import { CheckCircle2, TriangleAlert } from 'lucide-react';
import { useState } from 'react';

import { api } from '../../api/client';
import type { Schema } from '../../api/types';
import { Button } from '../../components/Button';
import { Select, TextField } from '../../components/Field';
import { FormProblem } from '../../components/FormProblem';
import { Panel } from '../../components/Panel';
import { millis } from '../../format/durations';
import type { Setting } from './settings';
import css from './SettingsPage.module.css';
import { settingsTexts } from './texts';

const texts = settingsTexts.test;

export function TestPanel({ tab, items }: { tab: 'upstream-dns' | 'sinks'; items: readonly Setting[] }) {
    const sinks = items.find((setting) => setting.name === 'audit-sink')?.values.map((value) => value.slice(0, value.indexOf('='))) ?? [];
    const isDns = tab === 'upstream-dns';
    const [host, setHost] = useState('');
    const [sink, setSink] = useState(sinks[0] ?? '');
    const name = isDns ? host.trim() : sink;
    const test = useMutation({ mutationFn: async () => (await api.post<Schema<'SettingTest'>>(`/settings/${tab}/test`, { name })).data });
    const run = () => {
        if (name) test.mutate();
    };
    if (!isDns && sinks.length === 0) return null;
    return (
        <Panel title={isDns ? texts.dnsTitle : texts.sinkTitle}>
            <p className={css.quiet}>{isDns ? texts.dnsText : texts.sinkText}</p>
            <div className={css.test}>
                {isDns ? (
                    <TextField
                        className={css.search}
                        label={texts.dnsLabel}
                        placeholder="www.example.com"
                        spellCheck={false}
                        value={host}
                        onChange={setHost}
                        onKeyDown={(event) => {
                            if (event.key !== 'Enter') return;
                            event.preventDefault(); // not the form around it
                            run();
                        }}
                    />
                ) : <Select className={css.search} label={texts.sinkLabel} value={sink} onChange={setSink} options={sinks.map((value) => ({ value, label: value }))} />}
                <Button busy={test.isPending} onClick={run}>{isDns ? texts.dnsDo : texts.sinkDo}</Button>
            </div>
            <div role="status">
                {test.data && (
                    <p className={test.data.ok ? css.good : css.bad}>
                        {test.data.ok ? <CheckCircle2 aria-hidden="true" size={15} /> : <TriangleAlert aria-hidden="true" size={15} />}{' '}
                        <b>{test.data.ok ? texts.ok : texts.failed}</b> {texts.took(millis(test.data.took_ms))}: {test.data.text}
                    </p>
                )}
            </div>
            <FormProblem problem={test.error} errors={{}} />
        </Panel>
    );
}
