import { useQueryClient } from '@tanstack/react-query';
import * as v from 'valibot';

import { api } from '../../api/client';
import { Button } from '../../components/Button';
import { Dialog } from '../../components/Dialog';
import { TextField } from '../../components/Field';
import { FormProblem } from '../../components/FormProblem';
import { useForm } from '../../components/useForm';
import { type PacTest, pacTestsKey } from './pac';
import { pacTexts } from './texts';

const texts = pacTexts.tests.dialog;
const short = v.pipe(v.string(), v.trim(), v.maxLength(500));
const schema = v.object({ url: v.pipe(v.string(), v.trim(), v.includes('://', texts.urlWrong)), expected: short, my_ip: short, resolves_to: short });

/** `test` null: another one is made. */
export function TestDialog({ test, onClose }: { test: PacTest | null; onClose(): void }) {
    const client = useQueryClient();
    const form = useForm({
        schema,
        initial: { url: test?.url ?? '', expected: test?.expected ?? '', my_ip: test?.my_ip ?? '', resolves_to: test?.resolves_to ?? '' },
        submit: async (values) => {
            if (test) await api.patch(`/pac/tests/${test.id}`, values, { ifMatch: test.etag });
            else await api.create('/pac/tests', values);
            void client.invalidateQueries({ queryKey: pacTestsKey });
            onClose();
        },
    });
    return (
        <Dialog
            open
            onClose={onClose}
            size="small"
            title={test ? texts.edit : texts.add}
            footer={
                <>
                    <Button onClick={onClose}>{texts.cancel}</Button>
                    <Button variant="primary" busy={form.busy} onClick={() => void form.send()}>{texts.save}</Button>
                </>
            }
        >
            {Object.keys(form.errors).length === 0 && <FormProblem problem={form.problem} errors={{}} />}
            <TextField label={texts.url} hint={texts.urlHint} type="url" spellCheck={false} autoFocus {...form.field('url')} />
            <TextField label={texts.expected} hint={texts.expectedHint} spellCheck={false} {...form.field('expected')} />
            <TextField label={texts.myIp} spellCheck={false} {...form.field('my_ip')} />
            <TextField label={texts.resolves} hint={texts.resolvesHint} spellCheck={false} {...form.field('resolves_to')} />
        </Dialog>
    );
}
