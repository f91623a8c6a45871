import { describe, expect, it } from 'vitest';

import { ApiClient, addressOf } from './client';
import { ApiProblem, fieldErrors } from './problem';

interface Seen {
    address: string;
    init: RequestInit;
}

/** Answers in order; the last one for ever. */
function server(...answers: Array<() => Response | Promise<Response>>) {
    const seen: Seen[] = [];
    const fetcher = async (input: RequestInfo | URL, init: RequestInit = {}): Promise<Response> => {
        seen.push({ address: String(input), init });
        return (answers[Math.min(seen.length, answers.length) - 1] as () => Response)();
    };
    return { seen, client: new ApiClient(fetcher as typeof fetch) };
}

const json = (body: unknown, status = 200, headers: Record<string, string> = {}) =>
    new Response(JSON.stringify(body), { status, headers: { 'Content-Type': 'application/json', ...headers } });
const problem = (status: number, slug: string, more: Record<string, unknown> = {}) =>
    json({ type: `/problems/${slug}`, title: slug, status, ...more }, status, { 'Content-Type': 'application/problem+json' });
const header = (seen: Seen | undefined, name: string) => (seen?.init.headers as Record<string, string> | undefined)?.[name];

describe('ApiClient', () => {
    it('gives data and entity tag', async () => {
        const { client } = server(() => json({ a: 1 }, 200, { ETag: '"7"' }));
        expect(await client.get('/x')).toMatchObject({ data: { a: 1 }, etag: '"7"' });
    });
    it('sends the CSRF token with unsafe methods only', async () => {
        const { client, seen } = server(() => json({}));
        client.setCsrf('secret');
        await client.get('/x');
        await client.post('/x', {});
        expect(header(seen[0], 'X-CSRF-Token')).toBeUndefined();
        expect(header(seen[1], 'X-CSRF-Token')).toBe('secret');
    });
    it.each([['abc', '"abc"'], ['"abc"', '"abc"'], ['W/"abc"', 'W/"abc"'], ['*', '*']])('sends %s as If-Match %s', async (etag, sent) => {
        const { client, seen } = server(() => json({}));
        await client.patch('/x', {}, { ifMatch: etag });
        expect(header(seen[0], 'If-Match')).toBe(sent);
        expect(header(seen[0], 'Content-Type')).toBe('application/merge-patch+json');
    });
    it('turns problem details into field errors', async () => {
        const { client } = server(() => problem(422, 'validation', { trace_id: 't1', errors: [{ pointer: '/admin/password', code: 'short', detail: 'Too short.' }] }));
        const error = await client.post('/x', {}).catch((each: unknown) => each);
        expect(error).toBeInstanceOf(ApiProblem);
        expect(error).toMatchObject({ slug: 'validation', traceId: 't1' });
        expect(fieldErrors(error)).toEqual({ 'admin.password': 'Too short.' });
    });
    it('says so when the server does not answer', async () => {
        const { client } = server(() => Promise.reject(new TypeError('refused')));
        await expect(client.get('/x')).rejects.toMatchObject({ slug: 'offline', status: 0 });
    });
    it('asks once for sign-in and repeats every refused request, with the same key', async () => {
        const { client, seen } = server(() => problem(401, 'unauthenticated'), () => problem(401, 'unauthenticated'), () => json({ ok: true }));
        let asked = 0;
        client.setDoorkeeper({
            signInAgain: async () => {
                asked += 1;
                client.setCsrf('new');
            },
            confirmPassword: async () => undefined,
        });
        const [first, second] = await Promise.all([client.create('/x', { typed: 'text' }), client.get('/y')]);
        expect([first.data, second.data]).toEqual([{ ok: true }, { ok: true }]);
        expect(asked).toBe(1);
        const [before, after] = seen.filter(({ address }) => address === '/api/v1/x');
        expect(header(before, 'Idempotency-Key')).toMatch(/^[0-9a-f]{32}$/);
        expect(header(after, 'Idempotency-Key')).toBe(header(before, 'Idempotency-Key'));
        expect(header(after, 'X-CSRF-Token')).toBe('new');
        expect(after?.init.body).toBe('{"typed":"text"}');
    });
    it('asks for the password when a fresh one is needed', async () => {
        const { client } = server(() => problem(403, 'reauth-required'), () => json({ ok: true }));
        client.setDoorkeeper({ signInAgain: () => Promise.reject(new Error('no')), confirmPassword: async () => undefined });
        expect((await client.post('/x')).data).toEqual({ ok: true });
    });
    it('answers with the refusal when the person gives up', async () => {
        const { client, seen } = server(() => problem(403, 'reauth-required'));
        client.setDoorkeeper({ signInAgain: async () => undefined, confirmPassword: () => Promise.reject(new Error('no')) });
        await expect(client.post('/x')).rejects.toMatchObject({ slug: 'reauth-required' });
        expect(seen).toHaveLength(1);
    });
    it('has at most four requests under way', async () => {
        let inside = 0;
        let most = 0;
        const { client } = server(async () => {
            inside += 1;
            most = Math.max(most, inside);
            await new Promise((resolve) => setTimeout(resolve, 2));
            inside -= 1;
            return json({});
        });
        await Promise.all(Array.from({ length: 20 }, () => client.get('/x')));
        expect(most).toBe(4);
    });
    it('lets go of a request that is aborted while it waits', async () => {
        const { client, seen } = server(async () => {
            await new Promise((resolve) => setTimeout(resolve, 5));
            return json({});
        });
        const abort = new AbortController();
        const busy = Array.from({ length: 4 }, () => client.get('/x'));
        const waiting = client.get('/late', { signal: abort.signal });
        abort.abort();
        await expect(waiting).rejects.toThrow();
        await Promise.all(busy);
        expect(seen.map(({ address }) => address)).not.toContain('/api/v1/late');
    });
});

it('writes addresses', () => {
    expect(addressOf('/audit', { q: 'a b', verdict: ['deny', '!allow'], none: null, empty: '' })).toBe('/api/v1/audit?q=a+b&verdict=deny&verdict=%21allow');
});
