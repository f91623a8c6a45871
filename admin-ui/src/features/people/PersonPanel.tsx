// One person beside the table: role, second factor, open sign-ins, and what ends an account.
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';

import { api } from '../../api/client';
import { fieldErrors } from '../../api/problem';
import { useSession } from '../../api/session';
import type { Role } from '../../api/types';
import { Button } from '../../components/Button';
import { CopyButton } from '../../components/CodeBlock';
import { DescriptionList } from '../../components/DescriptionList';
import { Dialog, SidePanel } from '../../components/Dialog';
import { RadioCards, TextField } from '../../components/Field';
import { FormProblem } from '../../components/FormProblem';
import { ErrorState, Skeleton } from '../../components/States';
import { showToast } from '../../components/Toasts';
import { ago } from '../../format/durations';
import { useTimes } from '../../shell/useTimes';
import { newPassword, pathOf, peopleKey, type Person, useSignIns } from './people';
import css from './PeoplePage.module.css';
import { peopleTexts } from './texts';

const texts = peopleTexts.detail;
const roles: readonly Role[] = ['help-desk', 'auditor', 'editor', 'admin'];

type Asking = 'nothing' | 'password' | 'totp' | 'disable' | 'remove';

export function PersonPanel({ person, onClose }: { person: Person; onClose(): void }) {
    const client = useQueryClient();
    const times = useTimes();
    const own = useSession().user.id === person.id ? texts.own : undefined;
    const [role, setRole] = useState<Role>(person.role);
    const [display, setDisplay] = useState(person.display);
    const [password, setPassword] = useState('');
    const [asking, ask] = useState<Asking>('nothing');
    const refetch = () => client.invalidateQueries({ queryKey: peopleKey });
    const change = useMutation({
        mutationFn: ({ body }: { body: Partial<Person> & { password?: string }; done: string }) => api.patch<Person>(pathOf(person.id), body, { ifMatch: person.etag }),
        onSuccess: (_reply, { done }) => {
            ask('nothing');
            showToast({ text: done });
            void refetch();
        },
    });
    const resetTotp = useMutation({
        mutationFn: () => api.post<Person>(`${pathOf(person.id)}/reset-totp`),
        onSuccess: () => {
            ask('nothing');
            showToast({ text: texts.saved });
            void refetch();
        },
    });
    const remove = useMutation({
        mutationFn: () => api.delete(pathOf(person.id), { ifMatch: person.etag }),
        onSuccess: () => {
            showToast({ text: texts.removed(person.name) });
            onClose();
            void refetch();
        },
    });
    const errors = fieldErrors(change.error);
    const dirty = role !== person.role || display !== person.display;
    const shut = () => {
        ask('nothing');
        change.reset();
        resetTotp.reset();
        remove.reset();
    };
    return (
        <SidePanel title={person.name} onClose={onClose} takeFocus className={css.panel}>
            <DescriptionList
                items={[
                    { name: texts.created, value: times.dayAndTime(person.created_at) },
                    { name: texts.last, value: person.last_sign_in_at ? times.dayAndTime(person.last_sign_in_at) : peopleTexts.never },
                    { name: peopleTexts.columns.totp, value: person.totp ? peopleTexts.totpOn : peopleTexts.totpOff },
                    { name: texts.tokens, value: person.tokens },
                ]}
            />
            <form
                className={css.form}
                noValidate
                onSubmit={(event) => {
                    event.preventDefault();
                    change.mutate({ body: { role, display }, done: texts.saved });
                }}
            >
                <TextField label={peopleTexts.fields.display} value={display} onChange={setDisplay} error={errors.display} maxLength={100} />
                <RadioCards label={peopleTexts.role} value={role} onChange={(next) => setRole(next)} options={roles.map((value) => ({ value, label: peopleTexts.roles[value], hint: peopleTexts.roleHints[value] }))} />
                {asking === 'nothing' && <FormProblem problem={change.error} errors={errors} />}
                <div><Button type="submit" variant={dirty ? 'primary' : 'secondary'} busy={change.isPending && asking === 'nothing'}>{texts.save}</Button></div>
            </form>
            <SignIns person={person} />
            <div className={css.actions}>
                <Button
                    reason={own}
                    onClick={() => {
                        setPassword(newPassword());
                        ask('password');
                    }}
                >
                    {texts.resetPassword}
                </Button>
                {person.totp && <Button onClick={() => ask('totp')}>{texts.resetTotp}</Button>}
                {person.disabled
                    ? <Button onClick={() => change.mutate({ body: { disabled: false }, done: texts.enabled(person.name) })}>{texts.enable}</Button>
                    : <Button variant="danger" reason={own} onClick={() => ask('disable')}>{texts.disable}</Button>}
                <Button variant="danger" reason={own} onClick={() => ask('remove')}>{texts.remove}</Button>
            </div>
            <Question open={asking === 'totp'} title={texts.resetTotpTitle(person.name)} text={texts.resetTotpText} act={texts.resetTotp} problem={resetTotp.error} busy={resetTotp.isPending} onAct={() => resetTotp.mutate()} onClose={shut} />
            <Question open={asking === 'disable'} title={texts.disableTitle(person.name)} text={texts.disableText} act={texts.disable} problem={change.error} busy={change.isPending} onAct={() => change.mutate({ body: { disabled: true }, done: texts.disabled(person.name) })} onClose={shut} />
            <Question open={asking === 'remove'} title={texts.removeTitle(person.name)} text={texts.removeText} act={texts.remove} problem={remove.error} busy={remove.isPending} onAct={() => remove.mutate()} onClose={shut} />
            <Dialog
                open={asking === 'password'}
                onClose={shut}
                size="small"
                title={texts.passwordTitle(person.name)}
                description={texts.passwordText}
                footer={
                    <>
                        <Button onClick={shut}>{peopleTexts.cancel}</Button>
                        <Button variant="primary" busy={change.isPending} onClick={() => change.mutate({ body: { password, must_change_password: true }, done: texts.passwordSet })}>{texts.resetPassword}</Button>
                    </>
                }
            >
                <FormProblem problem={errors.password ? null : change.error} errors={{}} />
                <div className={css.password}>
                    <TextField className={css.grow} label={peopleTexts.fields.password} autoComplete="new-password" spellCheck={false} value={password} onChange={setPassword} error={errors.password} />
                    <CopyButton text={password} />
                </div>
            </Dialog>
        </SidePanel>
    );
}

interface QuestionProps {
    open: boolean;
    title: string;
    text: string;
    act: string;
    problem: unknown;
    busy: boolean;
    onAct(): void;
    onClose(): void;
}

function Question({ open, title, text, act, problem, busy, onAct, onClose }: QuestionProps) {
    return (
        <Dialog
            open={open}
            onClose={onClose}
            size="small"
            title={title}
            description={text}
            footer={
                <>
                    <Button onClick={onClose}>{peopleTexts.cancel}</Button>
                    <Button variant="danger" busy={busy} onClick={onAct}>{act}</Button>
                </>
            }
        >
            <FormProblem problem={problem} errors={{}} />
        </Dialog>
    );
}

function SignIns({ person }: { person: Person }) {
    const client = useQueryClient();
    const times = useTimes();
    const signIns = useSignIns(person.id);
    const end = useMutation({
        mutationFn: (id: string | null) => api.delete(`${pathOf(person.id)}/sign-ins${id === null ? '' : `/${encodeURIComponent(id)}`}`),
        onSuccess: () => {
            showToast({ text: texts.ended });
            void client.invalidateQueries({ queryKey: peopleKey });
        },
    });
    const items = signIns.data ?? [];
    return (
        <section aria-label={texts.signIns}>
            <div className={css.sectionHead}>
                <h3>{texts.signIns}</h3>
                {items.length > 1 && <Button size="small" onClick={() => end.mutate(null)}>{texts.endAll}</Button>}
            </div>
            {signIns.isPending && <Skeleton rows={2} />}
            {signIns.isError && <ErrorState what={texts.signIns} error={signIns.error} onRetry={() => void signIns.refetch()} compact />}
            {signIns.data && items.length === 0 && <p className={css.quiet}>{texts.noSignIns}</p>}
            <FormProblem problem={end.error} errors={{}} />
            <ul className={css.signIns}>
                {items.map((each) => (
                    <li key={each.id}>
                        <span>
                            {each.address}
                            <span className={css.quiet} title={each.user_agent}> {texts.since(times.dayAndTime(each.created_at))}, {texts.used(ago(each.last_seen_at))}</span>
                        </span>
                        <Button size="small" aria-label={texts.endLabel(each.address)} onClick={() => end.mutate(each.id)}>{texts.end}</Button>
                    </li>
                ))}
            </ul>
        </section>
    );
}
