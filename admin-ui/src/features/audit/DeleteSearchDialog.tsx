// Deletes saved searches, one by one.
import { Trash2 } from 'lucide-react';

import { IconButton } from '../../components/Button';
import { Dialog } from '../../components/Dialog';
import { showToast } from '../../components/Toasts';
import { useDeleteSearch } from './acts';
import type { SavedSearch } from './requests';
import css from './SavedSearches.module.css';
import { auditTexts } from './texts';

const texts = auditTexts.saved;

export default function DeleteSearchDialog({ searches, onClose }: { searches: readonly SavedSearch[]; onClose(): void }) {
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
