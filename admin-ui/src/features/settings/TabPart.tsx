// The settings of one tab: edited together, saved together by the tab's own state.
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Search } from 'lucide-react';
import { useState } from 'react';

import { api } from '../../api/client';
import { fieldErrors, isProblem } from '../../api/problem';
import { Button } from '../../components/Button';
import { TextField } from '../../components/Field';
import { FormProblem } from '../../components/FormProblem';
import { Panel } from '../../components/Panel';
import { StaleDialog } from '../../components/StaleDialog';
import { EmptyState, ErrorState, Skeleton } from '../../components/States';
import { showToast } from '../../components/Toasts';
import { SettingField } from './SettingField';
import { changesOf, type Edits, type Setting, settingsKey, type SettingTab, textOf, useTab } from './settings';
import css from './SettingsPage.module.css';
import { TestPanel } from './TestPanel';
import { settingsTexts as texts } from './texts';

interface Props {
    tab: string;
    filter: string;
    onFilter(text: string): void;
}

export function TabPart({ tab, filter, onFilter }: Props) {
    const client = useQueryClient();
    const query = useTab(tab);
    const [edits, setEdits] = useState<Edits>({});
    /** What somebody else saved meanwhile. */
    const [theirs, setTheirs] = useState<SettingTab | null>(null);
    const data = query.data;
    const items = data?.items ?? [];
    const changes = changesOf(edits, items);
    const count = Object.keys(changes).length;
    const save = useMutation({
        mutationFn: (etag: string) => api.patch<SettingTab>(`/settings/${tab}`, { values: changes }, { ifMatch: etag }),
        onError: (error) => {
            if (isProblem(error, 'stale')) void api.get<SettingTab>(`/settings/${tab}`).then(({ data: fresh }) => setTheirs(fresh));
        },
        onSuccess: ({ data: fresh }) => {
            const waits = fresh.items.some((setting) => setting.name in changes && setting.needs_restart);
            client.setQueryData([...settingsKey, 'tab', tab], fresh);
            setEdits({});
            setTheirs(null);
            showToast({ text: waits ? texts.savedRestart : texts.saved });
        },
    });
    const stale = isProblem(save.error, 'stale');
    if (query.isPending) return <div className={css.part}><Skeleton rows={8} /></div>;
    if (!data) return <ErrorState what={texts.what} error={query.error} onRetry={() => void query.refetch()} />;

    const errors = fieldErrors(save.error);
    const wanted = filter.trim().toLowerCase();
    const shown = items.filter((setting) => `${setting.name} ${setting.help}`.toLowerCase().includes(wanted));
    const takeTheirs = (fresh: SettingTab | null) => {
        save.reset();
        setTheirs(null);
        if (fresh) client.setQueryData([...settingsKey, 'tab', tab], fresh);
        else void query.refetch();
    };
    const edit = (setting: Setting, text: string | null) => {
        save.reset();
        setEdits(({ [setting.name]: _before, ...others }) => (text === textOf(setting) ? others : { ...others, [setting.name]: text }));
    };
    return (
        <form
            className={css.part}
            noValidate
            onSubmit={(event) => {
                event.preventDefault();
                if (count > 0) save.mutate(data.etag);
            }}
            onKeyDown={(event) => {
                if (event.key === 'Enter' && (event.ctrlKey || event.metaKey) && count > 0) save.mutate(data.etag);
            }}
        >
            {data.problem !== '' && <p className={css.notice} role="alert"><b>{texts.broken}</b> {data.problem}</p>}
            {!data.writable && <p className={css.notice}><b>{texts.readOnly}</b> {data.read_only_reason}</p>}
            <div className={css.bar}>
                <TextField className={css.search} label={texts.filter} labelHidden placeholder={texts.filter} icon={Search} type="search" data-search value={filter} onChange={onFilter} />
                {data.config_file && <span className={css.file}>{texts.file} <code>{data.config_file}</code></span>}
            </div>
            {shown.length === 0 && <EmptyState title={texts.noMatch} action={<Button onClick={() => onFilter('')}>{texts.dropFilter}</Button>}>{null}</EmptyState>}
            {groupsOf(shown).map(([group, settings]) => (
                <Panel key={group} title={group}>
                    <div className={css.settings}>
                        {settings.map((setting) => (
                            <SettingField
                                key={setting.name}
                                setting={setting}
                                readOnly={!data.writable || !setting.writable}
                                edit={edits[setting.name]}
                                onEdit={(text) => edit(setting, text)}
                                error={errorOf(errors, setting.name)}
                            />
                        ))}
                    </div>
                </Panel>
            ))}
            {(tab === 'upstream-dns' || tab === 'sinks') && <TestPanel tab={tab} items={items} />}
            {!stale && save.error && <FormProblem problem={save.error} errors={errors} />}
            {data.writable && count > 0 && (
                <div className={css.saveBar}>
                    <b>{texts.changes(count)}</b>
                    <Button onClick={() => setEdits({})}>{texts.revert}</Button>
                    <Button type="submit" variant="primary" busy={save.isPending}>{texts.save}</Button>
                </div>
            )}
            <StaleDialog
                open={stale}
                onSeeTheirs={() => takeTheirs(theirs)}
                onPutMineOnTop={theirs && !overlaps(changes, items, theirs.items) ? () => save.mutate(theirs.etag) : undefined}
                onDropMine={() => {
                    setEdits({});
                    takeTheirs(theirs);
                }}
            />
        </form>
    );
}

/** Whether one that is to be changed was changed by somebody else, too. */
function overlaps(changes: Readonly<Record<string, unknown>>, before: readonly Setting[], theirs: readonly Setting[]): boolean {
    return before.some((setting) => setting.name in changes && theirs.some((other) => other.name === setting.name && textOf(other) !== textOf(setting)));
}

function errorOf(errors: Readonly<Record<string, string>>, name: string): string | undefined {
    return errors[`values.${name}`] ?? Object.entries(errors).find(([key]) => key.startsWith(`values.${name}.`))?.[1];
}

function groupsOf(settings: readonly Setting[]): Array<[string, Setting[]]> {
    const groups = new Map<string, Setting[]>();
    for (const setting of settings) groups.set(setting.group, [...(groups.get(setting.group) ?? []), setting]);
    return [...groups];
}
