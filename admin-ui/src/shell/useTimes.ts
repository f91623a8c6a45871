import { dayAndTime, exactTime, fullTime, type Instant, shortTime } from '../format/times';
import { usePreferences } from './preferences';

/** Times in the zone the person chose. */
export function useTimes() {
    const { zone } = usePreferences();
    return {
        zone,
        exact: (at: Instant) => exactTime(at, zone),
        short: (at: Instant) => shortTime(at, zone),
        dayAndTime: (at: Instant) => dayAndTime(at, zone),
        full: (at: Instant) => fullTime(at, zone),
    };
}
