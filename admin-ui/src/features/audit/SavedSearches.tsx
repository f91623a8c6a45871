// Saved searches: built in, one's own, and those shared with everybody.
import { Bookmark, ChevronDown, Plus, Trash2 } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';

import { useSession } from '../../api/session';
import { Button } from '../../components/Button';
import { Menu, type MenuItem } from '../../components/Menu';
import { type SavedSearch, useSavedSearches } from './requests';
import { auditTexts } from './texts';

interface Props {
    /** The page's address, without "?", and without what is open. */
    query(): string;
    columns: readonly string[];
    onOpen(query: string): void;
}

const SaveSearchDialog = lazy(() => import('./SaveSearchDialog'));
const DeleteSearchDialog = lazy(() => import('./DeleteSearchDialog'));

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
            <Suspense>
                {dialog === 'save' && <SaveSearchDialog query={query()} columns={columns} onClose={() => setDialog('none')} />}
                {dialog === 'delete' && <DeleteSearchDialog searches={deletable} onClose={() => setDialog('none')} />}
            </Suspense>
        </>
    );
}

function withColumns({ query, columns }: SavedSearch): string {
    const params = new URLSearchParams(query);
    if (columns.length > 0) params.set('cols', columns.join(','));
    return params.toString();
}
