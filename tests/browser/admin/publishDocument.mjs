// Puts a whole policy into force, for tests that are about what comes after it.
import assert from 'node:assert/strict';

/// Gives the number of the version; all workers decide by it.
export async function publishDocument(site, page, document) {
    const draft = await site.api(page, 'GET', '/policy/draft');
    const taken = await site.api(page, 'PUT', '/policy/draft/document', document, { 'If-Match': draft.headers.etag });
    assert.equal(taken.status, 200, JSON.stringify(taken.body));
    const published = await site.api(page, 'POST', '/policy/publish', { note: 'for a test' }, { 'If-Match': taken.headers.etag });
    assert.equal(published.status, 200, JSON.stringify(published.body));
    return published.body.version;
}
