// When names of users are hidden: says so, and lets people reveal them with a reason.
import { EyeOff } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';

import { Button } from '../../components/Button';
import { useTimes } from '../../shell/useTimes';
import css from './PrivacyBar.module.css';
import { usePrivacy } from './requests';
import { auditTexts } from './texts';

const texts = auditTexts.privacy;
const RevealDialog = lazy(() => import('./RevealDialog'));

export default function PrivacyBar() {
    const times = useTimes();
    const { data: privacy } = usePrivacy();
    const [asking, setAsking] = useState(false);
    if (!privacy || (!privacy.mask_users && !privacy.record_details)) return null;
    return (
        <p className={css.bar}>
            {privacy.users_masked && (
                <>
                    <EyeOff aria-hidden="true" size={15} /> {texts.masked}
                    <Button size="small" onClick={() => setAsking(true)}>{texts.reveal}</Button>
                </>
            )}
            {!privacy.users_masked && privacy.revealed_until && <span>{texts.revealedUntil(times.short(privacy.revealed_until))}</span>}
            {privacy.record_details && <span>{texts.recorded}</span>}
            {asking && <Suspense><RevealDialog onClose={() => setAsking(false)} /></Suspense>}
        </p>
    );
}
