#!/usr/bin/env node
// Whether the live tail keeps its size: the real program, a real Chromium on the audit log's live
// tail, and denied sessions through the proxy, about a thousand a second.
//
//     tests/bench/ui/live-tail.mjs [MINUTES [SESSIONS_PER_SECOND]]     # 30, 1000
//
// SALLYPORT is the program, CHROMIUM the browser. Needs tests/browser/node_modules (npm ci
// --ignore-scripts there), and 0.3 GB of room for the log per million sessions.
//
// What the page holds is measured after a collection of garbage, so that only what is kept counts: the
// JavaScript heap, the elements of the page, and what the renderer's process has of its own: PSS without
// files, which it shares with other processes. The first measurement is after a minute, when the tail has
// its rows.
import { readFileSync } from 'node:fs';
import http from 'node:http';

import { Site, settled } from '../../browser/admin/Site.mjs';

const [minutes, perSecond] = [process.argv[2] ?? 30, process.argv[3] ?? 1000].map(Number);
if (!(minutes >= 2 && perSecond >= 1) || !process.env.SALLYPORT || !process.env.CHROMIUM) {
    console.error('usage: SALLYPORT=FILE CHROMIUM=FILE tests/bench/ui/live-tail.mjs [MINUTES [SESSIONS_PER_SECOND]]');
    process.exit(2);
}
const Connections = 64; // where others work, each answer takes its time
const TickMs = 20;
const MeasureEveryMinutes = Math.max(1, Math.round(minutes / 12));
const MostGrowthMiB = 50;
/// In this is a reason for each session to be denied, by a rule with a name.
const Policy = { format: 1, access: [{ name: 'No games', action: 'deny', when: { host: ['*.games.test'] } }], defaults: { access: 'deny' } };

/// Sessions that the policy denies, spread evenly over the time; what a busy machine did not get done is
/// made good, a second's worth at most.
class Sessions {
    count = 0;
    #agent = new http.Agent({ keepAlive: true, maxSockets: Connections });
    #open = 0;
    #stopped = false;
    #timer;

    constructor(proxyPort) {
        let at = performance.now();
        let due = 0;
        this.#timer = setInterval(() => {
            const now = performance.now();
            due = Math.min(perSecond, due + ((now - at) * perSecond) / 1000);
            at = now;
            for (; due >= 1 && this.#open < perSecond; --due) this.#deny(proxyPort);
        }, TickMs);
    }

    #deny(port) {
        const number = this.count++;
        this.#open += 1;
        http.get({ host: '127.0.0.1', port, path: `http://host-${number % 5000}.games.test/level/${number}`, agent: this.#agent }, (response) => {
            if (response.statusCode !== 403) throw new Error(`answered with ${response.statusCode}`);
            response.resume().once('end', () => (this.#open -= 1));
        }).on('error', (error) => {
            if (!this.#stopped) throw error;
        });
    }

    stop() {
        this.#stopped = true;
        clearInterval(this.#timer);
        this.#agent.destroy();
    }
}

/// What the feed told the page, and the longest time its main thread was busy without a pause.
class Page {
    rows = 0;
    leftOut = 0;
    #page;
    #session;
    #renderer;

    static async openTail(site) {
        const tail = new Page();
        const page = await site.setUp({ policy: Policy });
        tail.#page = page;
        page.on('websocket', (socket) => socket.on('framereceived', ({ payload }) => tail.#received(payload)));
        await page.addInitScript(() => {
            window.longestTask = 0;
            new PerformanceObserver((list) => {
                for (const { duration } of list.getEntries()) window.longestTask = Math.max(window.longestTask, duration);
            }).observe({ type: 'longtask' });
        });
        await page.goto(`${site.base}/audit`);
        await settled(page);
        await page.getByRole('button', { name: 'Live tail' }).click();
        await page.getByRole('button', { name: 'End live tail' }).waitFor();
        await page.mouse.move(0, 0); // pointing at the rows would pause it
        tail.#session = await page.context().newCDPSession(page);
        await tail.#session.send('Performance.enable', { timeDomain: 'threadTicks' });
        tail.#renderer = await rendererOf(site.browser);
        return tail;
    }

    #received(payload) {
        const text = String(payload);
        if (!text.includes('"dropped"')) return;
        const { rows, dropped } = JSON.parse(text).data;
        this.rows += rows.length;
        this.leftOut += dropped;
    }

    async measure() {
        const send = (method) => this.#session.send(method);
        await send('HeapProfiler.collectGarbage');
        const { usedSize, embedderHeapUsedSize = 0, backingStorageSize = 0 } = await send('Runtime.getHeapUsage');
        const { metrics } = await send('Performance.getMetrics');
        const metric = (name) => metrics.find((each) => each.name === name).value;
        const longestTask = await this.#page.evaluate(() => {
            const longest = window.longestTask;
            window.longestTask = 0;
            return longest;
        });
        return {
            heap: usedSize / 2 ** 20,
            engine: (embedderHeapUsedSize + backingStorageSize) / 2 ** 20,
            renderer: ownMiB(this.#renderer),
            nodes: metric('Nodes'),
            listeners: metric('JSEventListeners'),
            work: metric('TaskDuration'),
            longestTask,
        };
    }

    shownRows() {
        return this.#page.getByRole('grid', { name: 'New sessions, newest on top' }).getAttribute('aria-rowcount');
    }
}

/// That which has worked most: Chromium keeps others ready.
async function rendererOf(browser) {
    const session = await browser.newBrowserCDPSession();
    const { processInfo } = await session.send('SystemInfo.getProcessInfo');
    await session.detach();
    return processInfo.filter(({ type }) => type === 'renderer').sort((one, other) => other.cpuTime - one.cpuTime)[0].id;
}

function ownMiB(pid) {
    const sizes = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8').matchAll(/^Pss_(?:Anon|Shmem):\s+(\d+) kB/gm);
    return [...sizes].reduce((sum, [, kib]) => sum + Number(kib), 0) / 1024;
}

async function untilMinute(began, minute) {
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, began + minute * 60_000 - performance.now())));
}

const site = await Site.start();
let sessions;
try {
    const tail = await Page.openTail(site);
    sessions = new Sessions(site.proxyPort);
    const began = performance.now();
    const measured = [];
    console.log('| after | sessions/s | told/s | left out/s | JS heap | engine | elements | listeners | renderer | main thread | longest task | server |');
    console.log('| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |');
    let before = { at: began, made: 0, rows: 0, leftOut: 0, work: (await tail.measure()).work };
    for (let minute = 1; minute <= minutes; minute = minute === 1 && MeasureEveryMinutes > 1 ? MeasureEveryMinutes : minute + MeasureEveryMinutes) {
        await untilMinute(began, minute);
        const found = await tail.measure();
        measured.push(found);
        const now = { at: performance.now(), made: sessions.count, rows: tail.rows, leftOut: tail.leftOut, work: found.work };
        const seconds = (now.at - before.at) / 1000;
        const rate = (name) => Math.round((now[name] - before[name]) / seconds);
        const mib = (amount) => `${amount.toFixed(1)} MiB`;
        const cells = [
            `${minute} min`, rate('made'), rate('rows'), rate('leftOut'), mib(found.heap), mib(found.engine), found.nodes, found.listeners,
            mib(found.renderer), `${(((found.work - before.work) / seconds) * 100).toFixed(1)} %`, `${Math.round(found.longestTask)} ms`, mib(ownMiB(site.pid)),
        ];
        console.log(`| ${cells.join(' | ')} |`);
        before = now;
    }
    const grown = (name) => measured.at(-1)[name] - measured[0][name];
    console.log(`\n${sessions.count} sessions; the tail has ${await tail.shownRows()} rows`);
    console.log(`grown since the first minute: JS heap ${grown('heap').toFixed(1)} MiB, renderer ${grown('renderer').toFixed(1)} MiB (at most ${MostGrowthMiB} each)`);
    const faults = site.newFaults();
    if (faults.length > 0) console.log(`faults of the page:\n${faults.join('\n')}`);
    if (faults.length > 0 || grown('heap') > MostGrowthMiB || grown('renderer') > MostGrowthMiB) process.exitCode = 1;
} finally {
    sessions?.stop();
    await site.stop();
}
