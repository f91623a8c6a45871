// What the server answers when it does not do what was asked (RFC 9457), as an error to throw.

export interface FieldError {
    pointer: string; // JSON pointer into the request body
    code: string;
    detail: string;
}

export type Slug =
    | 'validation' | 'stale' | 'precondition-required' | 'conflict' | 'unauthenticated' | 'forbidden'
    | 'reauth-required' | 'rate-limited' | 'too-large' | 'busy' | 'not-found' | 'offline' | 'internal';

export class ApiProblem extends Error {
    readonly status: number;
    readonly slug: Slug | string;
    readonly title: string;
    readonly detail: string;
    readonly traceId: string | null;
    readonly errors: readonly FieldError[];
    readonly retryAfterSeconds: number | null;
    /** The whole body: a problem may carry members of its own. */
    readonly members: Readonly<Record<string, unknown>>;

    constructor(status: number, members: Record<string, unknown>, retryAfterSeconds: number | null = null) {
        const title = text(members.title) ?? `Status ${status}`;
        super(text(members.detail) ?? title);
        this.name = 'ApiProblem';
        this.status = status;
        this.slug = (text(members.type) ?? '').replace(/^.*\/problems\//, '') || slugOf(status);
        this.title = title;
        this.detail = text(members.detail) ?? '';
        this.traceId = text(members.trace_id);
        this.errors = Array.isArray(members.errors) ? members.errors.filter(isFieldError) : [];
        this.retryAfterSeconds = retryAfterSeconds;
        this.members = members;
    }
}

/** The server could not be reached at all. */
export function offlineProblem(cause: unknown): ApiProblem {
    const problem = new ApiProblem(0, {
        type: '/problems/offline',
        title: 'The server does not answer',
        detail: 'Sallyport could not be reached. It may be restarting, or the network is down.',
    });
    problem.cause = cause;
    return problem;
}

export async function problemFrom(response: Response): Promise<ApiProblem> {
    let members: Record<string, unknown> = {};
    try {
        const body: unknown = await response.json();
        if (body && typeof body === 'object') members = body as Record<string, unknown>;
    } catch {
        // Not JSON: something before the server answered. The status says enough.
    }
    const seconds = Number(response.headers.get('Retry-After'));
    return new ApiProblem(response.status, members, seconds > 0 ? seconds : null);
}

/** Messages by field name, for forms: "/destinations/0/host" and its parents. First error wins. */
export function fieldErrors(problem: unknown): Record<string, string> {
    const messages: Record<string, string> = {};
    if (!(problem instanceof ApiProblem)) return messages;
    for (const error of problem.errors) messages[pointerToName(error.pointer)] ??= error.detail;
    return messages;
}

/** "/admin/password" is "admin.password", "/hosts/0" is "hosts.0". */
export function pointerToName(pointer: string): string {
    return pointer
        .replace(/^#?\//, '')
        .split('/')
        .map((part) => part.replace(/~1/g, '/').replace(/~0/g, '~'))
        .join('.');
}

export function isProblem(error: unknown, slug: Slug): error is ApiProblem {
    return error instanceof ApiProblem && error.slug === slug;
}

/** The question names users, and their names are hidden from who asks. */
export function isAboutHiddenNames(error: unknown): boolean {
    return isProblem(error, 'forbidden') && error.members.needs === 'reveal';
}

function slugOf(status: number): Slug {
    switch (status) {
        case 401: return 'unauthenticated';
        case 403: return 'forbidden';
        case 404: return 'not-found';
        case 409: return 'conflict';
        case 412: return 'stale';
        case 413: return 'too-large';
        case 422: return 'validation';
        case 428: return 'precondition-required';
        case 429: return 'rate-limited';
        case 503: return 'busy';
        default: return 'internal';
    }
}

function text(value: unknown): string | null {
    return typeof value === 'string' && value !== '' ? value : null;
}

function isFieldError(value: unknown): value is FieldError {
    return typeof value === 'object' && value !== null && typeof (value as FieldError).pointer === 'string'
        && typeof (value as FieldError).detail === 'string';
}
