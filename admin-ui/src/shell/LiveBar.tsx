// A thin bar when the server does not answer, or the live feed has been down for 3 s; never a dialog.
import { useEffect, useState, useSyncExternalStore } from 'react';

import { liveFeed, useFeedStatus } from '../api/live';
import { reachability, watchReachability } from '../api/reachability';
import css from './Shell.module.css';
import { shellTexts } from './texts';
import { useTimes } from './useTimes';

const Patience = 3_000;

export function LiveBar() {
    const { state, retryAt, downSince } = useFeedStatus();
    const { lostAt, lastAnswerAt } = useSyncExternalStore(watchReachability, reachability);
    const times = useTimes();
    const [now, setNow] = useState(() => Date.now());
    useEffect(() => {
        if (downSince === null) return;
        const timer = setInterval(() => setNow(Date.now()), 1000);
        return () => clearInterval(timer);
    }, [downSince]);
    if (lostAt !== null) {
        return <div className={css.liveBar} role="status">{shellTexts.offline(lastAnswerAt ? times.short(lastAnswerAt) : null)}</div>;
    }
    if (downSince === null || now - downSince < Patience) return null;
    return (
        <div className={css.liveBar} role="status">
            {state === 'waiting' && retryAt !== null
                ? shellTexts.feedStopped(Math.max(1, Math.ceil((retryAt - now) / 1000)))
                : state === 'refused' ? shellTexts.feedRefused : shellTexts.feedConnecting}
            {state === 'waiting' && <button type="button" onClick={() => liveFeed.retryNow()}>{shellTexts.tryNow}</button>}
        </div>
    );
}
