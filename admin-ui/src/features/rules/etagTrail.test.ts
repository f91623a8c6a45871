import { describe, expect, it } from 'vitest';

import { EtagTrail } from './etagTrail';

describe('EtagTrail', () => {
    it('follows our own changes of a field', () => {
        const trail = new EtagTrail();
        trail.followed('a', ['name'], 'b');
        trail.followed('b', ['name'], 'c');
        expect(trail.newest('a', ['name'])).toBe('c');
    });

    it('does not carry over to fields we did not change', () => {
        const trail = new EtagTrail();
        trail.followed('a', ['name'], 'b');
        expect(trail.newest('a', ['when.host'])).toBe('a');
        expect(trail.newest('a', ['name', 'when.host'])).toBe('a');
    });
});
