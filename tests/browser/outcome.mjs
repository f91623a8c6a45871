// A reporter of node's test runner: one plain line, how many tests passed and failed.
export default async function* outcome(events) {
    let passed = 0;
    let failed = 0;
    for await (const { type, data } of events) {
        if (data?.details?.type === 'suite') continue;
        if (type === 'test:pass') passed += 1;
        if (type === 'test:fail') failed += 1;
    }
    yield `e2e: ${passed} passed, ${failed} failed\n`;
}
