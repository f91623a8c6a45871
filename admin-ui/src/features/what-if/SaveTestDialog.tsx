// Makes a policy test of what was just asked.
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import * as v from 'valibot';

import { api } from '../../api/client';
import { Button } from '../../components/Button';
import { Dialog } from '../../components/Dialog';
import { Select, TextField } from '../../components/Field';
import { FormProblem } from '../../components/FormProblem';
import { showToast } from '../../components/Toasts';
import { useForm } from '../../components/useForm';
import { refreshPolicy } from '../../policy/queries';
import type { WhatIfInput, WhatIfResult } from '../../policy/types';
import { whatIfTexts } from './texts';
import css from './WhatIf.module.css';

interface SaveTestDialogProps {
    input: WhatIfInput;
    result: WhatIfResult;
    onClose(): void;
}

const texts = whatIfTexts.test;

const schema = v.object({
    name: v.pipe(v.string(), v.trim(), v.minLength(1, texts.needsName), v.maxLength(200)),
    verdict: v.picklist(['allow', 'deny']),
    rule: v.string(),
});

export function SaveTestDialog({ input, result, onClose }: SaveTestDialogProps) {
    const client = useQueryClient();
    const [suggested] = useState(() => `${input.user ? `${input.user}: ` : ''}${(input.url ?? input.host ?? '').replace(/^\w+:\/\//, '')}`.slice(0, 200));
    const form = useForm({
        schema,
        initial: { name: suggested, verdict: result.verdict === 'deny' ? 'deny' : 'allow', rule: '' },
        submit: async ({ name, verdict, rule }) => {
            await api.create('/policy/tests', { name, input, expect: { verdict, ...(rule !== '' ? { rule } : {}) } });
            await refreshPolicy(client);
            showToast({ text: texts.saved(name) });
            onClose();
        },
    });
    const deciding = result.rule_id ?? 'default';
    return (
        <Dialog
            open
            size="small"
            onClose={onClose}
            title={texts.title}
            description={texts.description}
            footer={<Button variant="primary" busy={form.busy} onClick={() => void form.send()}>{texts.save}</Button>}
        >
            <form className={css.form} onSubmit={form.onSubmit}>
                <TextField label={texts.name} {...form.field('name')} autoFocus />
                <Select
                    label={texts.expect}
                    {...form.field('verdict')}
                    options={[{ value: 'allow', label: whatIfTexts.verdict.allow }, { value: 'deny', label: whatIfTexts.verdict.deny }]}
                />
                <Select
                    label={texts.rule}
                    {...form.field('rule')}
                    options={[{ value: '', label: texts.anyRule }, { value: deciding, label: result.rule_name ?? whatIfTexts.layerDefault }]}
                />
                <FormProblem problem={form.problem} errors={form.errors} />
            </form>
        </Dialog>
    );
}
