// 412: somebody else was faster. Nothing is overwritten without a choice.
import type { ReactNode } from 'react';

import { Button } from './Button';
import { Dialog } from './Dialog';
import { componentTexts } from './texts';

interface Props {
    open: boolean;
    /** Who and when, if the server says so. */
    by?: { name: string; when: string } | null;
    /** What differs, shown between the sentence and the choices. */
    children?: ReactNode;
    onSeeTheirs(): void;
    /** Leave out when the fields overlap. */
    onPutMineOnTop?: (() => void) | undefined;
    onDropMine(): void;
}

export function StaleDialog({ open, by, children, onSeeTheirs, onPutMineOnTop, onDropMine }: Props) {
    const texts = componentTexts.stale;
    return (
        <Dialog
            open={open}
            onClose={onSeeTheirs}
            title={texts.title}
            description={`${by ? texts.by(by.name, by.when) : texts.unknown}${onPutMineOnTop ? '' : ` ${texts.overlap}`}`}
            footer={
                <>
                    <Button variant="danger" onClick={onDropMine}>{texts.drop}</Button>
                    <Button onClick={onSeeTheirs}>{texts.theirs}</Button>
                    {onPutMineOnTop && <Button variant="primary" onClick={onPutMineOnTop}>{texts.mine}</Button>}
                </>
            }
        >
            {children}
        </Dialog>
    );
}
