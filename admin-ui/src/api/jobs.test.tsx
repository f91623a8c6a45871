import { act, screen } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { renderPage, serve } from '../testing/render';
import { useJob } from './jobs';
import type { Schema } from './types';

const feed = vi.hoisted(() => ({
    state: 'open',
    tell: undefined as ((data: Schema<'LiveJob'>) => void) | undefined,
}));
vi.mock('./live', () => ({
    useFeedStatus: () => ({ state: feed.state, retryAt: null, downSince: null }),
    useLive: (_channel: string, { enabled, onData }: { enabled: boolean; onData(data: Schema<'LiveJob'>): void }) => {
        feed.tell = enabled ? onData : undefined;
    },
}));

function Watched() {
    const { data } = useJob('j1');
    return <p>{data?.state ?? 'unknown'}</p>;
}

/** Far less than the pause between two questions, unless more is said. */
const pass = (milliseconds = 20) => act(() => vi.advanceTimersByTimeAsync(milliseconds));

describe('a job that is followed', () => {
    beforeEach(() => {
        vi.useFakeTimers();
        feed.state = 'open';
    });
    afterEach(() => {
        vi.useRealTimers();
    });

    it('is asked for again when the live feed says that it has ended', async () => {
        let state = 'running';
        const asked = serve({ 'GET /jobs/j1': () => ({ id: 'j1', kind: 'x', state, done: 0, total: 1 }) });
        renderPage(<Watched />);
        await pass();
        expect(screen.getByText('running')).toBeTruthy();
        feed.tell?.({ job: 'another', state: 'done' });
        await pass();
        expect(asked).toHaveLength(1);
        state = 'done';
        feed.tell?.({ job: 'j1', state: 'done' });
        await pass();
        expect(screen.getByText('done')).toBeTruthy();
        expect(asked).toHaveLength(2);
        expect(feed.tell).toBeUndefined();
    });

    it('is asked for now and then while the feed is down', async () => {
        feed.state = 'waiting';
        let state = 'running';
        serve({ 'GET /jobs/j1': () => ({ id: 'j1', kind: 'x', state, done: 0, total: 1 }) });
        renderPage(<Watched />);
        await pass();
        state = 'failed';
        await pass(600);
        expect(screen.getByText('failed')).toBeTruthy();
    });
});
