// What a PAC file answers to each test. Names it looks up are asked from the server once, and the
// file is run again with their addresses.
import { useCallback, useEffect, useRef, useState } from 'react';

import { type PacTest, resolve } from './pac';
import { Sandbox, type SandboxAnswer, type SandboxTest } from './sandbox';

export type Results = ReadonlyMap<string, SandboxAnswer>;

const TypingPause = 400;
const MostRounds = 3;
const MostNames = 20;

/** The sandbox, and what ties it to its frame: `ref={attach}`. */
export function useSandbox() {
    const [sandbox, set] = useState<Sandbox | null>(null);
    const attach = useCallback((frame: HTMLIFrameElement) => {
        const made = new Sandbox(frame);
        set(made);
        return () => made.close();
    }, []);
    return [sandbox, attach] as const;
}

export function usePacResults(sandbox: Sandbox | null, script: string | undefined, tests: readonly PacTest[] | undefined) {
    const [results, setResults] = useState<Results>(new Map());
    const [broken, setBroken] = useState(false);
    const known = useRef(new Map<string, string | null>());
    useEffect(() => {
        if (!sandbox || script === undefined || !tests || tests.length === 0) return;
        let left = false;
        const timer = setTimeout(() => {
            runAll(sandbox, script, tests, known.current).then(
                (answers) => {
                    if (!left) setResults(new Map(tests.map((test, index) => [test.id, answers[index] ?? { asked: [] }])));
                },
                () => {
                    if (!left) setBroken(true);
                },
            );
        }, TypingPause);
        return () => {
            left = true;
            clearTimeout(timer);
        };
    }, [sandbox, script, tests]);
    return { results, broken };
}

async function runAll(sandbox: Sandbox, script: string, tests: readonly PacTest[], known: Map<string, string | null>): Promise<SandboxAnswer[]> {
    for (let round = 1; ; ++round) {
        const answers = await sandbox.run(script, tests.map((test) => sandboxTest(test, known)));
        const names = [...new Set(answers.flatMap((answer) => answer.asked))].filter((name) => !known.has(name)).slice(0, MostNames);
        if (names.length === 0 || round === MostRounds) return answers;
        await Promise.all(names.map(async (name) => known.set(name, await resolve(name).catch(() => null))));
    }
}

function sandboxTest(test: PacTest, known: ReadonlyMap<string, string | null>): SandboxTest {
    const host = hostOf(test.url);
    const addresses = Object.fromEntries(known);
    if (test.resolves_to) addresses[host] = test.resolves_to;
    return { url: test.url, host, myIp: test.my_ip, addresses };
}

export function hostOf(url: string): string {
    try {
        return new URL(url).hostname.replace(/^\[|\]$/g, '');
    } catch {
        return '';
    }
}
