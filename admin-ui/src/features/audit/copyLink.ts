import { showToast } from '../../components/Toasts';
import { auditTexts } from './texts';

/** To the session's own page. */
export function copyLink(id: string): void {
    void navigator.clipboard?.writeText(`${location.origin}/audit/${encodeURIComponent(id)}`).then(
        () => showToast({ text: auditTexts.detail.linkCopied, milliseconds: 3000 }),
        () => undefined,
    );
}
