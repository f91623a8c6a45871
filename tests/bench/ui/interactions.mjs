#!/usr/bin/env node
// How long the web UI takes from an interaction to the next paint, with a large log and 1,000 rules:
// the real program, a real Chromium, Event Timing.
//
//     tests/bench/ui/interactions.mjs DATA-DIR [ROUNDS]     # 3 rounds
//
// DATA-DIR is made by bench-audit-search, and must not be used otherwise: the script sets it up and
// publishes rules in it. SALLYPORT is the program, CHROMIUM the browser; UI, if set, is the folder of
// another build of the web UI to be measured in place of the program's own. Needs
// tests/browser/node_modules (npm ci --ignore-scripts there).
//
// Beside the time to the next paint, the work of the page's main thread for each interaction is
// given: others on the machine disturb that less.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { createInterface } from 'node:readline';

const { chromium } = createRequire(new URL('../../browser/package.json', import.meta.url))('playwright-core');

const [directory, roundsText = '3'] = process.argv.slice(2);
if (!directory || !process.env.SALLYPORT || !process.env.CHROMIUM) {
    console.error('usage: SALLYPORT=FILE CHROMIUM=FILE tests/bench/ui/interactions.mjs DATA-DIR [ROUNDS]');
    process.exit(2);
}
const Rules = 1000;
const LimitMs = 60_000;
const Settle = 700; // until what an interaction set off has been painted
const Admin = { name: 'ada', password: 'correct horse battery' };

async function started() {
    const program = spawn(
        process.env.SALLYPORT,
        ['serve', '--data-dir', directory, '--listen', '127.0.0.1:0', '--admin-listen', '127.0.0.1:0'],
        { stdio: ['ignore', 'ignore', 'pipe'] },
    );
    const said = [];
    let setupLink;
    const base = await new Promise((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error(`not ready in time:\n${said.join('\n')}`)), LimitMs);
        program.once('exit', () => reject(new Error(said.join('\n'))));
        createInterface({ input: program.stderr }).on('line', (line) => {
            said.push(line);
            setupLink ??= /https:\S+\/setup\?token=\S+/.exec(line)?.[0];
            const ready = / ready proxy=\S+ admin=127\.0\.0\.1:(\d+)/.exec(line);
            if (!ready) return;
            clearTimeout(timer);
            // The link, if there is one, follows at once.
            setTimeout(() => resolve(`https://127.0.0.1:${ready[1]}`), 500);
        });
    });
    return { program, base, setupLink };
}

async function enter(page, base, setupLink) {
    if (setupLink) {
        await page.goto(setupLink);
        await page.getByLabel('Name', { exact: true }).fill(Admin.name);
        await page.getByLabel('Password', { exact: true }).fill(Admin.password);
        await page.getByLabel('The same again').fill(Admin.password);
        await page.getByRole('radio', { name: 'Later' }).check();
        await page.getByRole('button', { name: 'Continue' }).click();
        await page.getByRole('button', { name: 'Continue' }).click();
        await page.getByRole('radio', { name: 'Allow all and watch' }).check();
        await page.getByRole('button', { name: 'Continue' }).click();
        await page.getByRole('button', { name: 'Finish set-up' }).click();
        await page.getByText('Sallyport is ready').waitFor();
        return;
    }
    await page.goto(base);
    await page.getByLabel('Name', { exact: true }).fill(Admin.name);
    await page.getByLabel('Password', { exact: true }).fill(Admin.password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('navigation').first().waitFor();
}

function api(page, method, target, body, headers = {}) {
    return page.evaluate(async ([how, where, what, more]) => {
        const session = await (await fetch('/api/v1/session')).json();
        const answer = await fetch(`/api/v1${where}`, {
            method: how,
            body: what === undefined ? undefined : JSON.stringify(what),
            headers: { 'Content-Type': 'application/json', 'X-CSRF-Token': session.csrf ?? session.csrf_token ?? '', ...more },
        });
        const text = await answer.text();
        if (!answer.ok) throw new Error(`${how} ${where}: ${answer.status} ${text}`);
        return { body: text === '' ? null : JSON.parse(text), etag: answer.headers.get('etag') };
    }, [method, target, body, headers]);
}

function document() {
    const rules = [];
    for (let i = 0; i < Rules; ++i)
        rules.push({
            name: `Rule number ${i + 1}`,
            section: `Section ${Math.floor(i / 100) + 1}`,
            action: i % 3 === 0 ? 'deny' : 'allow',
            when: { host: [`host-${i}.example.com`, `*.service-${i}.example.org`], ...(i % 4 === 0 ? { user: [`user-${i % 200}`] } : {}) },
        });
    return { format: 1, access: rules, defaults: { access: 'allow' } };
}

async function withRules(page) {
    const draft = await api(page, 'GET', '/policy/draft');
    if (draft.body.layers.access.length >= Rules) return;
    await api(page, 'PUT', '/policy/draft/document', document(), { 'If-Match': draft.etag });
}

/// The files of another build, at the same address.
async function serveOtherUi(context, base) {
    if (!process.env.UI) return;
    const types = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml', '.woff2': 'font/woff2' };
    await context.route((url) => url.href.startsWith(base) && !url.pathname.startsWith('/api/'), (route) => {
        const name = new URL(route.request().url()).pathname;
        const file = path.join(process.env.UI, name);
        const found = path.extname(name) && existsSync(file) ? file : path.join(process.env.UI, 'index.html');
        return route.fulfill({ body: readFileSync(found), contentType: types[path.extname(found)] ?? 'application/octet-stream' });
    });
}

class Meter {
    worst = new Map();

    constructor(page, session) {
        this.page = page;
        this.session = session;
    }

    static async of(page) {
        await page.addInitScript(() => {
            window.interactions = [];
            new PerformanceObserver((list) => {
                for (const entry of list.getEntries()) if (entry.interactionId) window.interactions.push(entry.duration);
            }).observe({ type: 'event', durationThreshold: 16, buffered: true });
        });
        const session = await page.context().newCDPSession(page);
        await session.send('Performance.enable', { timeDomain: 'threadTicks' });
        return new Meter(page, session);
    }

    async work() {
        const { metrics } = await this.session.send('Performance.getMetrics');
        return metrics.find(({ name }) => name === 'TaskDuration').value * 1000;
    }

    /// `does` is told how often; the work is divided by that.
    async measure(name, does, times = 1) {
        await this.page.waitForTimeout(Settle);
        await this.page.evaluate(() => { window.interactions = []; });
        const before = await this.work();
        for (let i = 0; i < times; ++i) await does(i);
        await this.page.waitForTimeout(Settle);
        const work = (await this.work() - before) / times;
        const paint = Math.max(0, ...await this.page.evaluate(() => window.interactions));
        const known = this.worst.get(name) ?? { paints: [], works: [] };
        known.paints.push(paint);
        known.works.push(work);
        this.worst.set(name, known);
    }

    print() {
        console.log('| interaction | to next paint: least | median | worst | main thread, each |\n| --- | ---: | ---: | ---: | ---: |');
        for (const [name, { paints, works }] of this.worst) {
            const middle = (of) => [...of].sort((a, b) => a - b)[Math.floor(of.length / 2)];
            console.log(`| ${name} | ${Math.min(...paints)} | ${middle(paints)} | ${Math.max(...paints)} | ${middle(works).toFixed(0)} ms |`);
        }
    }
}

async function rulesPage(page, meter, base) {
    const title = (at) => page.locator('[role=row][data-rule] button[class*=title]').nth(at);
    await page.goto(`${base}/rules`);
    await title(0).waitFor({ timeout: LimitMs });
    await meter.measure('rule open', () => title(3).click());
    await page.getByRole('button', { name: 'Move to…' }).waitFor();
    await meter.measure('another rule open', () => title(6).click());
    await page.keyboard.press('Escape');
    await meter.measure('rule open again', () => title(4).click());
    await page.keyboard.press('Escape');
    await page.locator('[role=row][data-rule]').nth(3).focus();
    await meter.measure('20 arrow keys, rules', () => page.keyboard.press('ArrowDown'), 20);
    await meter.measure('rule move', (i) => page.keyboard.press(i % 2 === 0 ? 'Alt+ArrowUp' : 'Alt+ArrowDown'), 2);
    const search = page.getByRole('searchbox').first();
    await search.click();
    await meter.measure('typing, rules', (i) => page.keyboard.press('rule number 9'[i]), 13);
    await page.goto(`${base}/rules?try=1`);
    const address = page.getByLabel('URL', { exact: false }).first();
    await address.waitFor();
    await address.click();
    await meter.measure('what-if typing', (i) => page.keyboard.press('host-77.example.com'[i]), 19);
}

async function auditPage(page, meter, base) {
    const rows = page.locator('[role=grid] [role=row][aria-rowindex]');
    await page.goto(`${base}/audit?from=2026-11-01T00:00:00Z&to=2026-11-08T00:00:00Z`);
    await rows.nth(5).waitFor({ timeout: LimitMs });
    await page.waitForTimeout(2000);
    const facets = page.getByRole('complementary', { name: 'Filters' }).or(page.locator('aside').first());
    const boxes = facets.first().getByRole('checkbox');
    await boxes.first().waitFor();
    await meter.measure('facet click', () => boxes.first().click());
    await meter.measure('facet click back', () => boxes.first().click());
    await meter.measure('session row open', () => rows.nth(4).click());
    await meter.measure('20 arrow keys, sessions', () => page.keyboard.press('ArrowDown'), 20);
    const search = page.getByRole('search').getByRole('combobox');
    await search.click();
    await meter.measure('typing, sessions', (i) => page.keyboard.press('host:host-77'[i]), 12);
}

const { program, base, setupLink } = await started();
let browser;
try {
    browser = await chromium.launch({ executablePath: process.env.CHROMIUM, args: ['--no-sandbox', '--disable-gpu'] });
    const context = await browser.newContext({ ignoreHTTPSErrors: true, viewport: { width: 1440, height: 900 } });
    await serveOtherUi(context, base);
    const page = await context.newPage();
    page.setDefaultTimeout(LimitMs);
    const meter = await Meter.of(page);
    await enter(page, base, setupLink);
    await withRules(page);
    for (let round = 0; round < Number(roundsText); ++round) {
        await rulesPage(page, meter, base);
        await auditPage(page, meter, base);
    }
    meter.print();
} finally {
    await browser?.close();
    program.removeAllListeners('exit');
    program.kill('SIGTERM');
}
