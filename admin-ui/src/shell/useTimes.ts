import { useMemo } from 'react';

import { dayAndTime, exactTime, fullTime, type Instant, shortTime } from '../format/times';
import { usePreferences } from './preferences';

/** Times in the zone the person chose; the same object until that changes. */
export function useTimes() {
    const { zone } = usePreferences();
    return useMemo(() => ({
        zone,
        exact: (at: Instant) => exactTime(at, zone),
        short: (at: Instant) => shortTime(at, zone),
        dayAndTime: (at: Instant) => dayAndTime(at, zone),
        full: (at: Instant) => fullTime(at, zone),
    }), [zone]);
}
