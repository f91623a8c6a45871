import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import * as v from 'valibot';

import { api, ApiRoot } from '../../api/client';
import { roleReaches, useSession } from '../../api/session';
import type { Role, Schema } from '../../api/types';
import { Button } from '../../components/Button';
import { CodeBlock } from '../../components/CodeBlock';
import { Dialog } from '../../components/Dialog';
import { Select, Textarea, TextField } from '../../components/Field';
import { FormProblem } from '../../components/FormProblem';
import { useForm } from '../../components/useForm';
import { tokensTexts as texts } from './texts';
import { networksIn, tokensKey } from './tokens';

const roles: readonly Role[] = ['help-desk', 'auditor', 'editor', 'admin'];
const spans = ['7', '30', '90', '365'] as const;
const DayMilliseconds = 86_400_000;
/** A year counts from when the server reads it. */
const Margin = 3_600_000;

const schema = v.object({
    name: v.pipe(v.string(), v.trim(), v.nonEmpty(texts.fields.nameMissing), v.maxLength(100)),
    role: v.picklist(roles),
    networks: v.string(),
    days: v.picklist(spans),
});

export function NewTokenDialog({ onClose }: { onClose(): void }) {
    const client = useQueryClient();
    const own = useSession().role;
    const [secret, setSecret] = useState<string | null>(null);
    const form = useForm({
        schema,
        initial: { name: '', role: 'auditor' as Role, networks: '', days: '90' as (typeof spans)[number] },
        submit: async ({ name, role, networks, days }) => {
            const expires = new Date(Date.now() + Number(days) * DayMilliseconds - Margin).toISOString();
            const { data } = await api.post<Schema<'NewToken'>>('/tokens', { name, role, networks: networksIn(networks), expires_at: expires });
            setSecret(data.secret);
            void client.invalidateQueries({ queryKey: tokensKey });
        },
    });
    if (secret !== null) {
        return (
            <Dialog open insistent onClose={onClose} title={texts.made.title} description={texts.made.text} footer={<Button variant="primary" onClick={onClose}>{texts.made.done}</Button>}>
                <CodeBlock label={texts.made.label}>{secret}</CodeBlock>
                <CodeBlock label={texts.made.command}>{`curl -H 'Authorization: Bearer ${secret}' ${location.origin}${ApiRoot}/health`}</CodeBlock>
            </Dialog>
        );
    }
    const networkError = form.errors.networks ?? Object.entries(form.errors).find(([name]) => name.startsWith('networks.'))?.[1];
    return (
        <Dialog
            open
            onClose={onClose}
            title={texts.add}
            footer={
                <>
                    <Button onClick={onClose}>{texts.cancel}</Button>
                    <Button variant="primary" busy={form.busy} onClick={() => void form.send()}>{texts.submit}</Button>
                </>
            }
        >
            {Object.keys(form.errors).length === 0 && <FormProblem problem={form.problem} errors={{}} />}
            <TextField label={texts.fields.name} hint={texts.fields.nameHint} autoComplete="off" autoFocus {...form.field('name')} />
            <Select label={texts.fields.role} hint={texts.fields.roleHint} value={form.values.role as Role} onChange={(role) => form.set('role', role)} options={roles.filter((role) => roleReaches(own, role)).map((value) => ({ value, label: texts.roles[value] }))} />
            <Textarea label={texts.fields.networks} hint={texts.fields.networksHint} rows={3} spellCheck={false} {...form.field('networks')} error={networkError} />
            <Select label={texts.fields.expires} value={form.values.days as '90'} onChange={(days) => form.set('days', days)} options={spans.map((value) => ({ value: value as '90', label: texts.fields.days[value] }))} error={form.errors.expires_at} />
        </Dialog>
    );
}
