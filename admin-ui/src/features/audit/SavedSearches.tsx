// Saved searches: built in, one's own, and those shared with everybody.
import { Bookmark, ChevronDown, Plus, Trash2 } from 'lucide-react';
import { useState } from 'react';
import * as v from 'valibot';

import { useNeeds, useSession, roleReaches } from '../../api/session';
import { Button, IconButton } from '../../components/Button';
import { Dialog } from '../../components/Dialog';
import { Checkbox, TextField } from '../../components/Field';
import { FormProblem } from '../../components/FormProblem';
import { Menu, type MenuItem } from '../../components/Menu';
import { showToast } from '../../components/Toasts';
import { useForm } from '../../components/useForm';
import css from './SavedSearches.module.css';
import { type SavedSearch, useDeleteSearch, useSavedSearches, useSaveSearch } from './requests';
import { auditTexts } from './texts';

interface Props {
    /** The page's address, without "?", and without what is open. */
    query(): string;
    columns: readonly string[];
    onOpen(query: string): void;
}

const texts = auditTexts.saved;

export function SavedSearches({ query, columns, onOpen }: Props) {
    const { data: searches = [] } = useSavedSearches();
    const [dialog, setDialog] = useState<'none' | 'save' | 'delete'>('none');
    const session = useSession();
    const deletable = searches.filter((search) => !search.built_in && (search.mine || (search.shared && session.role === 'admin')));
    const entries = (title: string, found: readonly SavedSearch[]): MenuItem[] =>
        found.length === 0 ? [] : [
            { kind: 'heading', label: title },
            ...found.map((search): MenuItem => ({ label: search.name, onSelect: () => onOpen(withColumns(search)) })),
        ];
    const items: MenuItem[] = [
        ...entries(texts.builtIn, searches.filter((search) => search.built_in)),
        ...entries(texts.mine, searches.filter((search) => search.mine && !search.built_in)),
        ...entries(texts.shared, searches.filter((search) => !search.mine && !search.built_in)),
        ...(searches.length > 0 ? [{ kind: 'separator' } as const] : []),
        { label: texts.save, icon: Plus, onSelect: () => setDialog('save') },
        ...(deletable.length > 0 ? [{ label: texts.manage, icon: Trash2, onSelect: () => setDialog('delete') }] : []),
    ];
    return (
        <>
            <Menu items={items} trigger={<Button icon={Bookmark}>{texts.button}<ChevronDown aria-hidden="true" size={14} /></Button>} />
            {dialog === 'save' && <SaveDialog query={query()} columns={columns} onClose={() => setDialog('none')} />}
            {dialog === 'delete' && <DeleteDialog searches={deletable} onClose={() => setDialog('none')} />}
        </>
    );
}

function withColumns({ query, columns }: SavedSearch): string {
    const params = new URLSearchParams(query);
    if (columns.length > 0) params.set('cols', columns.join(','));
    return params.toString();
}

const schema = v.object({ name: v.pipe(v.string(), v.trim(), v.minLength(1, texts.nameMissing), v.maxLength(80)), shared: v.boolean() });

function SaveDialog({ query, columns, onClose }: { query: string; columns: readonly string[]; onClose(): void }) {
    const save = useSaveSearch();
    const mayShare = roleReaches(useSession().role, 'auditor');
    const needs = useNeeds('auditor');
    const form = useForm({
        schema,
        initial: { name: '', shared: false },
        submit: async ({ name, shared }) => {
            await save.mutateAsync({ name, shared, query, columns: [...columns] });
            showToast({ text: texts.savedAs(name), milliseconds: 5000 });
            onClose();
        },
    });
    return (
        <Dialog
            open
            onClose={onClose}
            size="small"
            title={texts.title}
            description={texts.description}
            footer={<Button type="submit" form="save-search" variant="primary" busy={form.busy}>{texts.submit}</Button>}
        >
            <form id="save-search" className={css.form} onSubmit={form.onSubmit} noValidate>
                <FormProblem problem={form.problem} errors={{}} />
                <TextField label={texts.name} autoFocus {...form.field('name')} />
                <Checkbox
                    label={texts.share}
                    hint={mayShare ? undefined : needs}
                    disabled={!mayShare}
                    checked={form.values.shared}
                    onChange={(shared) => form.set('shared', shared)}
                />
            </form>
        </Dialog>
    );
}

function DeleteDialog({ searches, onClose }: { searches: readonly SavedSearch[]; onClose(): void }) {
    const remove = useDeleteSearch();
    return (
        <Dialog open onClose={onClose} size="small" title={texts.deleteTitle}>
            <ul className={css.list}>
                {searches.map((search) => (
                    <li key={search.id}>
                        <span>{search.name} {!search.mine && <small>{texts.by(search.by)}</small>}</span>
                        <IconButton
                            size="small"
                            icon={Trash2}
                            label={texts.deleteOne(search.name)}
                            onClick={() =>
                                remove.mutate(search, {
                                    onSuccess: () => showToast({ text: texts.deleted(search.name), milliseconds: 5000 }),
                                    onError: (error) => showToast({ tone: 'problem', text: error.message }),
                                })}
                        />
                    </li>
                ))}
            </ul>
        </Dialog>
    );
}
