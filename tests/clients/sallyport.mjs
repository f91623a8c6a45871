// sallyport: the program under test, started on loopback with a policy and a data directory of its
// own.
//
// Speaks to it only as a user does: command line, log, audit export. Knows nothing of the clients.

import { execFile, spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const repository = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const program = process.env.SALLYPORT
    ? path.resolve(process.env.SALLYPORT)
    : path.join(repository, 'build/release/bin/sallyport');

const StartMs = 15_000;
const StopMs = 15_000;
const RecordMs = 10_000;
const RecordPollMs = 50;

/// The records of one session: `first` is its open or decision event, `last` its close or decision
/// event or undefined.
class RecordedSession {
    constructor(id) {
        this.id = id;
        this.events = [];
    }

    get first() {
        return this.events[0];
    }

    get last() {
        return this.events.find(({ event }) => event === 'close' || event === 'decision');
    }
}

function bySession(records) {
    const sessions = new Map();
    for (const record of records) {
        if (!sessions.has(record.session_id))
            sessions.set(record.session_id, new RecordedSession(record.session_id));
        sessions.get(record.session_id).events.push(record);
    }
    return [...sessions.values()];
}

function listed(sessions) {
    const lines = sessions.flatMap(({ events }) => events).map((event) => JSON.stringify(event));
    return ['', ...lines].join('\n  ') || 'none';
}

export class Sallyport {
    #process;
    #dataDirectory;
    #exited;
    #log = [];
    #lastSeq = 0;

    /// `hosts` maps names to addresses. Resolves when the program has said that it is ready.
    static async start({ directory, policy, hosts, options = [] }) {
        const sallyport = new Sallyport();
        sallyport.#dataDirectory = path.join(directory, 'data');
        mkdirSync(sallyport.#dataDirectory, { recursive: true });
        const policyFile = path.join(directory, 'policy.json');
        const hostsFile = path.join(directory, 'hosts');
        writeFileSync(policyFile, JSON.stringify(policy, null, 2));
        writeFileSync(
            hostsFile,
            Object.entries(hosts)
                .map(([name, at]) => `${at} ${name}\n`)
                .join(''),
        );

        await run(program, [
            'policy',
            'import',
            policyFile,
            '--data-dir',
            sallyport.#dataDirectory,
        ]);
        await sallyport.#serve(['--hosts-file', hostsFile, ...options]);
        return sallyport;
    }

    async #serve(options) {
        this.#process = spawn(
            program,
            [
                'serve',
                '--data-dir',
                this.#dataDirectory,
                '--listen',
                '127.0.0.1:0',
                '--admin-listen',
                '127.0.0.1:0',
                ...options,
            ],
            { stdio: ['ignore', 'ignore', 'pipe'] },
        );
        this.#exited = new Promise((resolve) => {
            this.#process.once('error', (error) => resolve(error.message));
            this.#process.once('exit', (code, signal) => resolve(signal ?? code));
        });
        await new Promise((resolve, reject) => {
            const timer = setTimeout(
                () => reject(this.#failure(`was not ready in ${StartMs} ms`)),
                StartMs,
            );
            const settle = (done, value) => {
                clearTimeout(timer);
                done(value);
            };
            createInterface({ input: this.#process.stderr }).on('line', (line) => {
                this.#log.push(line);
                const ready = / ready proxy=127\.0\.0\.1:(\d+) admin=127\.0\.0\.1:(\d+)/.exec(line);
                if (!ready) return;
                this.port = Number(ready[1]);
                this.adminPort = Number(ready[2]);
                settle(resolve);
            });
            this.#exited.then((how) =>
                settle(reject, this.#failure(`ended before it was ready (${how})`)),
            );
        });
    }

    #failure(what) {
        return new Error(`${program} ${what}; its last words:\n${this.#log.slice(-20).join('\n')}`);
    }

    get url() {
        return `http://127.0.0.1:${this.port}`;
    }

    /// Of sessions; asking for them adds to the admin trail.
    async records() {
        const { stdout } = await run(
            program,
            ['audit', 'export', '--data-dir', this.#dataDirectory, '--format', 'jsonl'],
            { maxBuffer: 256 * 1024 * 1024 },
        );
        return stdout
            .split('\n')
            .filter(Boolean)
            .map((line) => JSON.parse(line))
            .filter(({ session_id }) => session_id);
    }

    /// All sessions since the program was started.
    async sessions() {
        return bySession(await this.records());
    }

    /// Leaves what was begun so far out of newSessions(): a failed test must not spoil the next
    /// one.
    async forgetSessions() {
        this.#lastSeq = Math.max(this.#lastSeq, ...(await this.records()).map(({ seq }) => seq));
    }

    /// The sessions begun since the last call that `matches` takes, in their order, once there are
    /// `count` of them and all have ended. Throws with what there is if that does not happen in
    /// time, or if there are more.
    async newSessions(count, matches = () => true) {
        const sessions = await this.#endedSessions(count, matches);
        if (sessions.length > count)
            throw new Error(`expected ${count} sessions, recorded are ${listed(sessions)}`);
        return sessions;
    }

    /// The same for a client that opens connections on speculation: one session or more.
    async someNewSessions(matches) {
        return this.#endedSessions(1, matches);
    }

    async #endedSessions(least, matches) {
        const deadline = Date.now() + RecordMs;
        for (;;) {
            const records = (await this.records()).filter(({ seq }) => seq > this.#lastSeq);
            // In the order they began: records of two workers may change places in the log.
            const begun = bySession(records)
                .filter(({ first }) => first.event === 'open' || first.event === 'decision')
                .sort((a, b) => (a.first.time < b.first.time ? -1 : 1));
            const sessions = begun.filter(({ first }) => matches(first));
            if (sessions.length >= least && sessions.every(({ last }) => last)) {
                this.#lastSeq = Math.max(this.#lastSeq, ...records.map(({ seq }) => seq));
                return sessions;
            }
            if (Date.now() > deadline)
                throw new Error(
                    `expected ${least} sessions and their ends in ${RecordMs} ms, recorded are ` +
                        listed(begun),
                );
            await new Promise((resolve) => setTimeout(resolve, RecordPollMs));
        }
    }

    /// Ends the program the polite way; throws if it does not go or goes with a failure.
    async stop() {
        this.#process.kill('SIGTERM');
        const timer = setTimeout(() => this.#process.kill('SIGKILL'), StopMs);
        const how = await this.#exited;
        clearTimeout(timer);
        if (how !== 0) throw this.#failure(`did not stop cleanly (${how})`);
    }
}
