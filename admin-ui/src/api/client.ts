// ApiClient: one request to /api/v1 and its answer.
//
// Knows the conventions every resource shares: CSRF token, ETag and If-Match, Idempotency-Key,
// problem+json, at most four requests at once. When the sign-in has expired, or the server wants the
// password again, it asks whoever has registered (a dialog over the page) and repeats the request:
// nothing typed is lost. Knows no resource and no React.
import { type ApiProblem, isProblem, offlineProblem, problemFrom } from './problem';
import { noteAnswer, noteSilence } from './reachability';
import { Turnstile } from './turnstile';

export const ApiRoot = '/api/v1';
const MostRequests = 4;

export type QueryValue = string | number | boolean | null | undefined | readonly string[];

export interface RequestOptions {
    query?: Record<string, QueryValue>;
    signal?: AbortSignal;
    /** The ETag of what is changed. */
    ifMatch?: string | null;
    /** Answers 401 and reauth-required to the caller; for the sign-in itself. */
    onSignedOut?: 'ask' | 'fail';
    headers?: Record<string, string>;
}

export interface Reply<T> {
    data: T;
    status: number;
    etag: string | null;
    location: string | null;
}

/** Ask the person; resolve when the request may be repeated, reject when they gave up. */
export interface Doorkeeper {
    signInAgain(): Promise<void>;
    confirmPassword(): Promise<void>;
}

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

export class ApiClient {
    private readonly turnstile = new Turnstile(MostRequests);
    private csrf: string | null = null;
    private doorkeeper: Doorkeeper | null = null;
    private asking: { signIn?: Promise<void> | undefined; confirm?: Promise<void> | undefined } = {};

    constructor(private readonly fetcher: typeof fetch = (input, init) => fetch(input, init)) {}

    setCsrf(token: string | null): void {
        this.csrf = token;
    }

    setDoorkeeper(doorkeeper: Doorkeeper | null): void {
        this.doorkeeper = doorkeeper;
    }

    get<T>(path: string, options: RequestOptions = {}): Promise<Reply<T>> {
        return this.send<T>('GET', path, undefined, options);
    }

    /** For actions. Use create() for what makes a new thing. */
    post<T>(path: string, body?: unknown, options: RequestOptions = {}): Promise<Reply<T>> {
        return this.send<T>('POST', path, body, options);
    }

    /** A POST that makes something, once, however often it is repeated. */
    create<T>(path: string, body: unknown, options: RequestOptions = {}): Promise<Reply<T>> {
        const headers = { ...options.headers, 'Idempotency-Key': newKey() };
        return this.send<T>('POST', path, body, { ...options, headers });
    }

    put<T>(path: string, body: unknown, options: RequestOptions): Promise<Reply<T>> {
        return this.send<T>('PUT', path, body, options);
    }

    /** Merge patch (RFC 7396): null removes. */
    patch<T>(path: string, body: unknown, options: RequestOptions): Promise<Reply<T>> {
        return this.send<T>('PATCH', path, body, options);
    }

    delete<T = void>(path: string, options: RequestOptions & { body?: unknown } = {}): Promise<Reply<T>> {
        return this.send<T>('DELETE', path, options.body, options);
    }

    private async send<T>(method: Method, path: string, body: unknown, options: RequestOptions): Promise<Reply<T>> {
        try {
            return await this.sendOnce<T>(method, path, body, options);
        } catch (error) {
            if (options.onSignedOut === 'fail' || !this.doorkeeper) throw error;
            if (isProblem(error, 'unauthenticated')) {
                this.asking.signIn ??= this.doorkeeper.signInAgain().finally(() => (this.asking.signIn = undefined));
                await this.orFail(this.asking.signIn, error);
            } else if (isProblem(error, 'reauth-required')) {
                this.asking.confirm ??= this.doorkeeper.confirmPassword().finally(() => (this.asking.confirm = undefined));
                await this.orFail(this.asking.confirm, error);
            } else {
                throw error;
            }
            return await this.sendOnce<T>(method, path, body, options);
        }
    }

    private async orFail(answer: Promise<void>, problem: ApiProblem): Promise<void> {
        try {
            await answer;
        } catch {
            throw problem; // they gave up: the caller sees why the request was refused
        }
    }

    private sendOnce<T>(method: Method, path: string, body: unknown, options: RequestOptions): Promise<Reply<T>> {
        return this.turnstile.pass(async () => {
            const response = await this.fetchOrOffline(addressOf(path, options.query), {
                method,
                headers: this.headersFor(method, body, options),
                body: bodyFor(body),
                credentials: 'same-origin',
                signal: options.signal ?? null,
            });
            if (!response.ok) throw await problemFrom(response);
            return {
                data: (await dataOf(response)) as T,
                status: response.status,
                etag: response.headers.get('ETag'),
                location: response.headers.get('Location'),
            };
        }, options.signal);
    }

    private async fetchOrOffline(address: string, init: RequestInit): Promise<Response> {
        try {
            const response = await this.fetcher(address, init);
            noteAnswer();
            return response;
        } catch (error) {
            if (init.signal?.aborted) throw error;
            noteSilence();
            throw offlineProblem(error);
        }
    }

    private headersFor(method: Method, body: unknown, options: RequestOptions): Record<string, string> {
        const headers: Record<string, string> = { Accept: 'application/json, application/problem+json' };
        if (body !== undefined && !isRaw(body)) {
            headers['Content-Type'] = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json';
        }
        if (method !== 'GET' && this.csrf) headers['X-CSRF-Token'] = this.csrf;
        if (options.ifMatch) headers['If-Match'] = quoted(options.ifMatch);
        return { ...headers, ...options.headers };
    }
}

/** The one client of the page. */
export const api = new ApiClient();

/** For links and downloads that the browser fetches by itself. */
export function addressOf(path: string, query: Record<string, QueryValue> = {}): string {
    const params = new URLSearchParams();
    for (const [name, value] of Object.entries(query)) {
        if (value === null || value === undefined || value === '') continue;
        if (Array.isArray(value)) value.forEach((each: string) => params.append(name, each));
        else params.append(name, String(value));
    }
    const text = params.toString();
    return ApiRoot + path + (text ? `${path.includes('?') ? '&' : '?'}${text}` : '');
}

function isRaw(body: unknown): body is BodyInit {
    return typeof body === 'string' || body instanceof Blob || body instanceof FormData || body instanceof ArrayBuffer;
}

function bodyFor(body: unknown): BodyInit | null {
    if (body === undefined) return null;
    return isRaw(body) ? body : JSON.stringify(body);
}

async function dataOf(response: Response): Promise<unknown> {
    if (response.status === 204) return undefined;
    const type = response.headers.get('Content-Type') ?? '';
    if (/[/+]json\b/.test(type)) {
        const text = await response.text();
        return text === '' ? undefined : JSON.parse(text);
    }
    return response.text();
}

/** Entity tags in bodies come without the quotes that the header wants. */
function quoted(etag: string): string {
    return /^(W\/)?"/.test(etag) || etag === '*' ? etag : `"${etag}"`;
}

/** randomUUID exists only over HTTPS and on loopback; random values always do. */
function newKey(): string {
    const values = crypto.getRandomValues(new Uint8Array(16));
    return Array.from(values, (value) => value.toString(16).padStart(2, '0')).join('');
}
