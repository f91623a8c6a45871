import { useMutation } from '@tanstack/react-query';

import { api } from '../../api/client';
import { Button } from '../../components/Button';
import { Dialog } from '../../components/Dialog';
import { FormProblem } from '../../components/FormProblem';
import { showToast } from '../../components/Toasts';
import { type DestinationList, pathOf, useRefetchLists } from './lists';
import { listsTexts } from './texts';

const texts = listsTexts.remove;

interface Props {
    list: DestinationList;
    /** True when the list is gone. */
    onClose(gone: boolean): void;
}

export function RemoveDialog({ list, onClose }: Props) {
    const refetch = useRefetchLists();
    const remove = useMutation({
        mutationFn: () => api.delete(pathOf(list.name), { ifMatch: list.etag }),
        onSuccess: () => {
            showToast({ text: texts.done(list.name) });
            onClose(true);
            void refetch();
        },
    });
    const used = list.used_by.live + list.used_by.draft > 0 ? texts.used : undefined;
    return (
        <Dialog
            open
            onClose={() => onClose(false)}
            size="small"
            title={texts.title(list.name)}
            description={used ?? texts.text}
            footer={
                <>
                    <Button onClick={() => onClose(false)}>{texts.cancel}</Button>
                    <Button variant="danger" reason={used} busy={remove.isPending} onClick={() => remove.mutate()}>{texts.submit}</Button>
                </>
            }
        >
            <FormProblem problem={remove.error} errors={{}} />
        </Dialog>
    );
}
