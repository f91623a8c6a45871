// The web UI as a person meets it: the real program, a real Chromium, an empty data directory.
//
// From the set-up link to the first session, then every page in both themes: it must show itself
// without an error, without a request that fails, within the Content-Security-Policy and without a
// finding of axe.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import http from 'node:http';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, describe, it } from 'node:test';

import { chromium } from 'playwright-core';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const Rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
const StartMs = 20_000;
const Password = 'correct horse battery';
const Pages = [
    '/',
    '/sessions',
    '/audit',
    '/audit/why',
    '/audit/admin',
    '/audit/exports',
    '/rules',
    '/rules/history',
    '/what-if',
    '/lists',
    '/websocket',
    '/pac',
    '/people',
    '/tokens',
    '/settings/listeners',
    '/health',
    '/me',
];

const directory = mkdtempSync(path.join(os.tmpdir(), 'sallyport admin-'));
const log = [];
let program;
let ended;
let proxyPort;
let base;
let setupLink;
let browser;
let context;
let page;
const faults = [];

async function start() {
    program = spawn(
        process.env.SALLYPORT,
        ['serve', '--data-dir', path.join(directory, 'data'), '--listen', '127.0.0.1:0', '--admin-listen', '127.0.0.1:0'],
        { stdio: ['ignore', 'ignore', 'pipe'] },
    );
    ended = new Promise((resolve) => program.once('exit', (code, signal) => resolve(signal ?? code)));
    await new Promise((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error(`not ready in time:\n${log.join('\n')}`)), StartMs);
        createInterface({ input: program.stderr }).on('line', (line) => {
            log.push(line);
            const ready = / ready proxy=127\.0\.0\.1:(\d+) admin=127\.0\.0\.1:(\d+)/.exec(line);
            if (ready) {
                proxyPort = Number(ready[1]);
                base = `https://127.0.0.1:${ready[2]}`;
            }
            setupLink ??= /https:\S+\/setup\?token=\S+/.exec(line)?.[0];
            if (base && setupLink) {
                clearTimeout(timer);
                resolve();
            }
        });
        ended.then((how) => reject(new Error(`ended before it was ready (${how}):\n${log.join('\n')}`)));
    });
}

/// A request through the proxy to where its guard lets nobody: it is refused, and that is a session
/// of the log.
function refusedRequest() {
    return new Promise((resolve, reject) => {
        http.get({ host: '127.0.0.1', port: proxyPort, path: 'http://127.0.0.1:9/' }, (response) => {
            response.resume();
            resolve(response.statusCode);
        }).on('error', reject);
    });
}

function watch(tab) {
    tab.on('pageerror', (error) => faults.push(`${tab.url()}: ${error.message}`));
    tab.on('console', (message) => {
        if (/Content Security Policy|Trusted Type/i.test(message.text())) faults.push(`${tab.url()}: ${message.text()}`);
    });
    tab.on('response', (response) => {
        if (response.status() >= 400) faults.push(`${tab.url()}: ${response.status()} ${response.request().method()} ${response.url()}`);
    });
    tab.on('request', (request) => {
        if (!request.url().startsWith(base) && !/^(data|blob|wss):/.test(request.url())) faults.push(`asks elsewhere: ${request.url()}`);
    });
}

async function keep(name) {
    if (!process.env.SALLYPORT_SCREENSHOTS) return;
    mkdirSync(process.env.SALLYPORT_SCREENSHOTS, { recursive: true });
    await page.screenshot({ path: path.join(process.env.SALLYPORT_SCREENSHOTS, `admin-${name}.png`) });
}

async function findings() {
    await page.evaluate(axe); // by the debugger, so the policy of the page does not stand in the way
    const { violations } = await page.evaluate((tags) => window.axe.run(document, { runOnly: tags }), Rules);
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(' | ')}`);
}

before(async () => {
    await start();
    browser = await chromium.launch({ executablePath: process.env.CHROMIUM, args: ['--no-sandbox', '--disable-gpu'] });
    context = await browser.newContext({ ignoreHTTPSErrors: true, viewport: { width: 1440, height: 900 } });
    page = await context.newPage();
    page.setDefaultTimeout(15_000);
    watch(page);
});

after(async () => {
    await browser?.close();
    if (program) {
        program.kill('SIGTERM');
        assert.equal(await ended, 0, log.slice(-20).join('\n'));
    }
    rmSync(directory, { recursive: true, force: true });
});

describe('the web UI', () => {
    it('leads from the set-up link to the first session', async () => {
        await page.goto(setupLink);
        await page.getByLabel('Name', { exact: true }).fill('ada');
        await page.getByLabel('Password', { exact: true }).fill(Password);
        await page.getByLabel('The same again').fill(Password);
        await page.getByRole('radio', { name: 'Later' }).check();
        await page.getByRole('button', { name: 'Continue' }).click();
        await page.getByRole('button', { name: 'Continue' }).click();
        await page.getByRole('radio', { name: 'Allow all and watch' }).check();
        await page.getByRole('button', { name: 'Continue' }).click();
        await page.getByRole('button', { name: 'Finish set-up' }).click();
        await page.getByText('Sallyport is ready').waitFor();
        assert.equal(await refusedRequest(), 403);
        await page.getByText('The first session has arrived').waitFor();
        await keep('setup');
        assert.deepEqual(faults.splice(0), []);
    });

    for (const theme of ['light', 'dark'])
        for (const target of Pages)
            it(`shows ${target} in the ${theme} theme`, async () => {
                await page.emulateMedia({ colorScheme: theme });
                await page.goto(base + target);
                await page.getByRole('heading', { level: 1 }).first().waitFor();
                await page.waitForFunction(() => !document.querySelector('[aria-busy="true"]'));
                await keep(`${target.slice(1).replaceAll('/', '-') || 'overview'}-${theme}`);
                assert.deepEqual(await findings(), []);
                assert.deepEqual(faults.splice(0), []);
            });

    it('signs out, and in again, but not with a wrong password', async () => {
        await page.goto(base);
        await page.getByRole('button', { name: /account of/i }).click();
        await page.getByRole('menuitem', { name: 'Sign out' }).click();
        await page.getByLabel('Name').fill('ada');
        await page.getByLabel('Password', { exact: true }).fill('wrong wrong wrong');
        await page.getByRole('button', { name: 'Sign in' }).click();
        await page.getByRole('alert').first().waitFor();
        faults.splice(0); // the 401 that this was about
        await page.getByLabel('Password', { exact: true }).fill(Password);
        await page.getByRole('button', { name: 'Sign in' }).click();
        await page.getByRole('heading', { level: 1 }).first().waitFor();
        assert.deepEqual(faults.splice(0), []);
    });
});
