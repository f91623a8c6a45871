// The real program with an empty data directory of its own, and a real Chromium before its web UI.
//
//     const site = await Site.start();
//     const page = await site.setUp();     // the first administrator, signed in
//     ...
//     assert.deepEqual(site.newFaults(), []);
//     await site.stop();                   // throws if the program did not end cleanly
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';

import { chromium } from 'playwright-core';

// Generous: the machine may be busy with other things.
const StartMs = 60_000;
const StepMs = 30_000;
const AxeRules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
const AxeColourRules = ['color-contrast', 'link-in-text-block'];
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
/// By these the sign-in page learns that nobody is signed in, and that there is no set-up to do.
const SignInAsks = [/^401 GET .*\/api\/v1\/session$/, /^404 GET .*\/api\/v1\/setup$/];

export const Admin = { name: 'ada', password: 'correct horse battery' };

export class Site {
    proxyPort;
    base; // of the web UI: https://127.0.0.1:PORT
    setupLink;
    browser;
    log = [];
    directory = mkdtempSync(path.join(os.tmpdir(), 'sallyport admin-'));
    #settings;
    #program;
    #ended;
    #faults = [];

    /// Settings are further arguments of `serve`.
    static async start(...settings) {
        return Site.#begin(['--listen', '127.0.0.1:0', ...settings]);
    }

    /// With a config file of these lines, which is to say where it listens, too.
    static async startWithFile(lines) {
        return Site.#begin([], lines);
    }

    static async #begin(settings, lines) {
        const site = new Site();
        site.#settings = settings;
        if (lines !== undefined) {
            writeFileSync(site.configFile, lines);
            settings.push('--config', site.configFile);
        }
        try {
            await site.startProgram();
            site.browser = await chromium.launch({ executablePath: process.env.CHROMIUM, args: ['--no-sandbox', '--disable-gpu'] });
        } catch (error) {
            await site.stop().catch(() => {});
            throw error;
        }
        return site;
    }

    get dataDirectory() {
        return path.join(this.directory, 'data');
    }

    get configFile() {
        return path.join(this.directory, 'sallyport.conf');
    }

    get pid() {
        return this.#program.pid;
    }

    async startProgram() {
        const program = spawn(
            process.env.SALLYPORT,
            ['serve', '--data-dir', this.dataDirectory, '--admin-listen', '127.0.0.1:0', ...this.#settings],
            { stdio: ['ignore', 'ignore', 'pipe'] },
        );
        this.#program = program;
        this.#ended = new Promise((resolve) => program.once('exit', (code, signal) => resolve(signal ?? code)));
        await new Promise((resolve, reject) => {
            const timer = setTimeout(() => reject(new Error(`not ready in time:\n${this.log.join('\n')}`)), StartMs);
            const lines = createInterface({ input: program.stderr });
            lines.on('line', (line) => {
                this.log.push(line);
                this.setupLink ??= /https:\S+\/setup\?token=\S+/.exec(line)?.[0];
                const ready = / ready proxy=127\.0\.0\.1:(\d+) admin=127\.0\.0\.1:(\d+)/.exec(line);
                if (ready) {
                    this.proxyPort = Number(ready[1]);
                    this.base = `https://127.0.0.1:${ready[2]}`;
                }
                if (this.base && this.setupLink) {
                    clearTimeout(timer);
                    resolve();
                }
            });
            this.#ended.then((how) => {
                clearTimeout(timer);
                reject(new Error(`ended before it was ready (${how}):\n${this.log.join('\n')}`));
            });
        });
    }

    /// Ends the program alone; its data directory stays.
    async stopProgram() {
        this.#program.kill('SIGTERM');
        const how = await this.#ended;
        this.#program = undefined;
        this.base = undefined;
        assert.equal(how, 0, this.log.slice(-20).join('\n'));
    }

    async stop() {
        try {
            await this.browser?.close();
            if (this.#program) await this.stopProgram();
        } finally {
            rmSync(this.directory, { recursive: true, force: true });
        }
    }

    /// A browser of its own, as of another person; what goes wrong in it is among the faults.
    async open({ width = 1440, height = 900 } = {}) {
        const context = await this.browser.newContext({ ignoreHTTPSErrors: true, viewport: { width, height } });
        const page = await context.newPage();
        page.setDefaultTimeout(StepMs);
        page.setDefaultNavigationTimeout(StartMs); // a first page with all its files
        this.#watch(page);
        return page;
    }

    /// Goes through the set-up in a new browser and gives the page of the administrator it made. With a
    /// policy document that is the starting policy; `listen` is done on the page of the second step.
    async setUp({ policy, preset = policy ? 'Import rules' : 'Allow all and watch', listen } = {}) {
        const page = await this.open();
        await page.goto(this.setupLink);
        await page.getByLabel('Name', { exact: true }).fill(Admin.name);
        await page.getByLabel('Password', { exact: true }).fill(Admin.password);
        await page.getByLabel('The same again').fill(Admin.password);
        await page.getByRole('radio', { name: 'Later' }).check();
        await page.getByRole('button', { name: 'Continue' }).click();
        await listen?.(page);
        await page.getByRole('button', { name: 'Continue' }).click();
        await page.getByRole('radio', { name: preset }).check();
        if (policy) await page.getByLabel('Policy document').fill(JSON.stringify(policy));
        await page.getByRole('button', { name: 'Continue' }).click();
        await page.getByRole('button', { name: 'Finish set-up' }).click();
        await page.getByText('Sallyport is ready').waitFor();
        return page;
    }

    async signIn(page, person = Admin) {
        await this.givePassword(page, person);
        await page.waitForURL((url) => url.pathname !== '/sign-in');
        await page.getByRole('heading', { level: 1 }).first().waitFor();
    }

    /// The first step of a sign-in; whether another one follows, the page says.
    async givePassword(page, { name, password }) {
        await page.goto(this.base);
        await page.getByLabel('Name').fill(name);
        await page.getByLabel('Password', { exact: true }).fill(password);
        await page.getByRole('button', { name: 'Sign in' }).click();
    }

    /// A request of the web UI's API as the page's person makes it: {status, headers, body}. The
    /// body is JSON where the answer is.
    async api(page, method, target, body, headers = {}) {
        return page.evaluate(
            async ([verb, url, data, more]) => {
                const session = await (await fetch('/api/v1/session')).json();
                const response = await fetch(`/api/v1${url}`, {
                    method: verb,
                    headers: {
                        ...(data === undefined ? {} : { 'Content-Type': 'application/json' }),
                        ...(verb === 'GET' ? {} : { 'X-CSRF-Token': session.csrf }),
                        ...more,
                    },
                    body: data === undefined ? undefined : JSON.stringify(data),
                });
                const text = await response.text();
                let read = text;
                try {
                    read = JSON.parse(text);
                } catch {
                    // not JSON: given as it is
                }
                return { status: response.status, headers: Object.fromEntries(response.headers), body: read };
            },
            [method, target, body, headers],
        );
    }

    /// A GET through the proxy: its status. Addresses of this machine are refused unless a rule
    /// lets them, and that too is a session of the log.
    throughProxy(url) {
        return new Promise((resolve, reject) => {
            http.get({ host: '127.0.0.1', port: this.proxyPort, path: url, agent: false, timeout: StepMs }, (response) => {
                response.resume();
                response.once('end', () => resolve(response.statusCode));
            })
                .on('timeout', () => reject(new Error(`no answer about ${url}`)))
                .on('error', reject);
        });
    }

    /// What a client reads that the proxy answers.
    pageThroughProxy(url, headers = {}) {
        return new Promise((resolve, reject) => {
            http.get({ host: '127.0.0.1', port: this.proxyPort, path: url, headers, agent: false }, (response) => {
                response.setEncoding('utf8');
                let page = '';
                response.on('data', (piece) => (page += piece));
                response.once('end', () => resolve(page));
            }).on('error', reject);
        });
    }

    /// What went wrong in the pages since this was last asked: errors, answers from 400 on,
    /// Content-Security-Policy reports, requests to anywhere else.
    newFaults() {
        return this.#faults.splice(0);
    }

    #watch(page) {
        const tell = (text) => this.#faults.push(`${page.url()}: ${text}`);
        page.on('pageerror', (error) => tell(error.message));
        page.on('console', (message) => {
            if (/Content Security Policy|Trusted Type/i.test(message.text())) tell(message.text());
        });
        page.on('response', (response) => {
            const answer = `${response.status()} ${response.request().method()} ${response.url()}`;
            if (response.status() >= 400 && !SignInAsks.some((known) => known.test(answer))) tell(answer);
        });
        page.on('request', (request) => {
            if (!request.url().startsWith(this.base) && !/^(data|blob|wss):/.test(request.url())) tell(`asks elsewhere: ${request.url()}`);
        });
    }
}

/// Until it holds. What is waited for is said when it does not come about.
export async function until(holds, what, limitMs = StepMs) {
    const end = Date.now() + limitMs;
    while (!(await holds())) {
        assert.ok(Date.now() < end, `in vain: ${what}`);
        await new Promise((resolve) => setTimeout(resolve, 50));
    }
}

/// Until the page has said so in passing. It is written a second time for those who cannot see it.
export async function noticed(page, text) {
    await page.getByRole('region', { name: 'Notices' }).getByText(text).last().waitFor();
}

/// Until the page has loaded what it shows.
export async function settled(page) {
    await page.getByRole('heading', { level: 1 }).first().waitFor();
    await page.waitForFunction(() => !document.querySelector('[aria-busy="true"]'));
}

/// Until nothing on the page is on its way to another place or colour; what turns without end does not count.
export async function still(page) {
    await page.waitForFunction(() => document.getAnimations().every(({ effect, playState }) =>
        playState !== 'running' || effect.getComputedTiming().endTime === Infinity));
}

/// What axe finds on the page, one line each. Colours are judged when they have arrived: half way from
/// one to the other they may well be too close.
export function axeFindings(page) {
    return findings(page, AxeRules);
}

/// Of that, what another theme can change.
export function axeColourFindings(page) {
    return findings(page, { type: 'rule', values: AxeColourRules });
}

async function findings(page, runOnly) {
    await still(page);
    // By the debugger, so the policy of the page does not stand in the way.
    if (!await page.evaluate(() => 'axe' in window)) await page.evaluate(axe);
    const { violations } = await page.evaluate((options) => window.axe.run(document, options), { runOnly, resultTypes: ['violations'] });
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(' | ')}`);
}

/// A picture in the folder that SALLYPORT_SCREENSHOTS names, if it does.
export async function keepPicture(page, name) {
    if (!process.env.SALLYPORT_SCREENSHOTS) return;
    mkdirSync(process.env.SALLYPORT_SCREENSHOTS, { recursive: true });
    await page.screenshot({ path: path.join(process.env.SALLYPORT_SCREENSHOTS, `admin-${name}.png`) });
}
