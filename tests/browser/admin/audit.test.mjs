// The audit log as its readers use it, over some thousand sessions that went through the proxy: search,
// facets, histogram, the one session, saved searches, long lists while more comes in, live tail,
// exports, and a log that somebody has written in.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { isDeepStrictEqual, promisify } from 'node:util';

import { addPerson } from './People.mjs';
import { Admin, Site, axeFindings, noticed, settled, until } from './Site.mjs';
import { Traffic } from './Traffic.mjs';

const run = promisify(execFile);

const Policy = {
    format: 1,
    guard: [{ name: 'The test origins', action: 'allow', when: { address: ['127.0.0.0/8'] } }],
    access: [
        { name: 'No games', action: 'deny', when: { host: ['*.games.test'] } },
        { name: 'Everything else', action: 'allow', when: { client: ['127.0.0.0/8'] } },
    ],
    inspection: [{ name: 'Look into WebSockets', action: 'observe', when: { protocol: ['websocket'] } }],
    defaults: { access: 'deny' },
};
const FirstGames = 40;
const Games = 2200; // more than the page keeps in memory
const RareTarget = '/bytes/4711';
const CountMs = 60_000;

const gameUrl = (n) => `http://g${String(n).padStart(4, '0')}.games.test/`;

describe('the audit log', () => {
    let traffic;
    let site;
    let page;

    before(async () => {
        traffic = await Traffic.start(['app.test', 'files.test', 'chat.test', 'down.test']);
        site = await Site.start(...traffic.settings);
        page = await site.setUp({ policy: Policy });
        await traffic.untilAnswered(site, traffic.url('app.test'), 200);
        assert.deepEqual(await traffic.requests(site, 120, () => traffic.url('app.test')), { 200: 120 });
        assert.deepEqual(await traffic.requests(site, 60, () => traffic.url('files.test')), { 200: 60 });
        assert.deepEqual(await traffic.requests(site, FirstGames, gameUrl), { 403: FirstGames });
        assert.deepEqual(await traffic.requests(site, 8, () => 'http://down.test:9/'), { 502: 8 });
        for (let n = 0; n < 4; ++n) await traffic.webSocket(site, 'chat.test');
        for (let n = 0; n < 6; ++n) (await traffic.tunnel(site, 'app.test')).end();
        assert.deepEqual(await traffic.requests(site, 1, () => traffic.url('files.test', RareTarget)), { 200: 1 });
        await until(async () => (await search()).filter(({ open }) => !open).length >= 239, 'all are recorded');
    });
    after(async () => {
        await traffic?.stop(); // first: the program would wait for open tunnels
        await site?.stop();
    });

    /// Sessions as the program's own search finds them, newest first.
    async function search(...options) {
        const found = [];
        for (let cursor = []; ; ) {
            const words = ['audit', 'search', '--json', '--limit', '1000', '--data-dir', site.dataDirectory];
            const { stdout } = await run(process.env.SALLYPORT, [...words, ...options, ...cursor], { maxBuffer: 1 << 28 });
            const lines = stdout.split('\n').filter(Boolean).map((line) => JSON.parse(line));
            const { next_cursor: next } = lines.pop();
            found.push(...lines);
            if (next === null) return found;
            cursor = ['--cursor', next];
        }
    }

    async function openLog(query = '') {
        await page.goto(`${site.base}/audit${query}`);
        await settled(page);
    }

    async function type(words) {
        await page.getByRole('combobox', { name: 'Search the audit log' }).fill(words);
        await page.keyboard.press('Enter');
    }

    /// Until the line over the histogram says so many.
    const showsTotal = (count) => until(async () => (await total()) === count, `${count} sessions`, CountMs);

    /// What that line says. On a busy machine the server may stop counting, and says so: "≥ 2,000".
    async function total() {
        let said;
        await until(async () => {
            await settled(page);
            said = await page.locator('p', { hasText: /^(≥ )?[\d,]+ sessions?$/ }).textContent();
            if (said.startsWith('≥')) await searchAgain();
            return !said.startsWith('≥');
        }, 'the sessions are counted to the end', CountMs);
        return Number(said.replace(/\D/g, ''));
    }

    async function searchAgain() {
        const answered = page.waitForResponse(/\/audit\/histogram\?/);
        await page.getByRole('button', { name: 'Search again' }).click();
        await answered;
    }

    const parameters = () => new URL(page.url()).searchParams;
    const table = () => page.getByRole('grid');
    const rows = () => table().getByRole('row').filter({ hasNot: page.getByRole('columnheader') });

    it('is filtered by typing', async () => {
        await openLog();
        const before = await total();
        await type('verdict:deny host:*.games.test');
        await showsTotal(FirstGames);
        assert.equal(parameters().get('verdict'), 'deny');
        assert.equal(parameters().get('q'), 'host:*.games.test');
        assert.equal(await rows().filter({ hasText: '.games.test' }).count(), await rows().count());
        await page.getByRole('button', { name: 'Clear', exact: true }).click();
        await showsTotal(before);
    });

    it('leaves out what a facet excludes', async () => {
        const before = await total();
        await page.getByRole('button', { name: 'Leave out files.test' }).click();
        await showsTotal(before - 61);
        assert.equal(parameters().get('host'), '!files.test');
        const verdicts = page.getByRole('region', { name: 'Verdict' });
        await verdicts.getByRole('checkbox', { name: 'Error' }).click();
        await showsTotal(8);
        await verdicts.getByRole('checkbox', { name: 'Inspect' }).click();
        await showsTotal(12);
    });

    it('tells of a session first why', async () => {
        await openLog('?verdict=deny&host=g0007.games.test');
        await rows().first().click();
        const panel = page.getByRole('complementary').filter({ has: page.getByRole('button', { name: 'Session below (j)' }) });
        const first = panel.getByRole('heading', { level: 3 }).first();
        await first.waitFor();
        assert.match(await first.textContent(), /No games/);
        assert.match(await panel.locator('section').first().textContent(), /g0007\.games\.test/);
        assert.ok(parameters().get('id'));
        assert.deepEqual(await axeFindings(page), []);
    });

    it('opens a saved search again', async () => {
        await openLog('?last=15m&verdict=error&cols=time,verdict,destination,reason');
        await page.getByRole('button', { name: 'Saved searches' }).click();
        await page.getByRole('menuitem', { name: 'Save this search…' }).click();
        await page.getByRole('dialog').getByLabel('Name').fill('What was down');
        await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
        await noticed(page, 'Saved as “What was down”.');

        await openLog();
        await page.getByRole('button', { name: 'Saved searches' }).click();
        await page.getByRole('menuitem', { name: 'What was down' }).click();
        await showsTotal(8);
        assert.equal(parameters().get('last'), '15m');
        assert.equal(parameters().get('verdict'), 'error');
        await table().getByRole('columnheader', { name: 'Reason' }).waitFor();
        assert.equal(await table().getByRole('columnheader').count(), 4);
        assert.deepEqual(site.newFaults(), []);
    });

    it('pages without a gap or a double while rows arrive', async () => {
        assert.deepEqual(await traffic.requests(site, Games, (n) => gameUrl(1000 + n)), { 403: Games });
        await openLog('?q=host:*.games.test');
        await until(async () => {
            await searchAgain();
            return (await total()) === FirstGames + Games;
        }, 'all are recorded', CountMs);

        let stage = 'coming';
        const coming = (async () => {
            for (let n = 4000; stage === 'coming'; n += 5) {
                await traffic.requests(site, 5, (m) => gameUrl(n + m));
                await new Promise((resolve) => setTimeout(resolve, 100));
            }
        })();
        const down = await scrollThrough(page, 'down');
        const up = await scrollThrough(page, 'up');
        stage = 'enough';
        await coming;

        let all;
        await until(async () => {
            all = (await search('--host', '.games.test')).map(({ begin }) => begin.host);
            return all.indexOf(down[0]) > 0;
        }, 'something has come meanwhile');
        assert.deepEqual(down, all.slice(all.indexOf(down[0])));
        assert.deepEqual(up, down);
        assert.deepEqual(site.newFaults(), []);
    });

    it('narrows to what is brushed, and shows the same after a reload', async () => {
        await openLog('?verdict=deny');
        const chart = page.getByRole('img', { name: /^Sessions over time/ });
        const places = () => chart.locator('rect').evaluateAll((all) => all.map((bar) => Number(bar.getAttribute('x'))));
        const wide = await places();
        await page.getByRole('button', { name: /^Time range/ }).click();
        await page.getByRole('button', { name: 'Last 15 minutes' }).click();
        await page.waitForURL(/last=15m/);
        await until(async () => !isDeepStrictEqual(await places(), wide), 'the bars of the 15 minutes are drawn');
        const whole = await total();
        const bars = await places();
        const box = await chart.boundingBox();
        // The first bar with something in it, and nothing of the last one.
        await page.mouse.move(box.x + Math.min(...bars) - 3, box.y + 40);
        await page.mouse.down();
        await page.mouse.move(box.x + Math.max(...bars) - 1, box.y + 50, { steps: 5 });
        await page.mouse.up();
        await page.waitForURL(/brush=/);
        const [since, till] = parameters().get('brush').split('..');
        const hosts = (await search('--verdict', 'deny', '--since', since, '--until', till)).map(({ begin }) => begin.host);
        const brushed = hosts.length;
        assert.ok(brushed > 0 && brushed < whole, `${brushed} of ${whole}`);
        await showsTotal(brushed);

        const leaveOut = page.getByRole('button', { name: /^Leave out .*\.games\.test/ }).first();
        await until(async () => hosts.includes((await leaveOut.getAttribute('aria-label')).replace('Leave out ', '')), 'the facets are those of the brush');
        await leaveOut.click();
        await showsTotal(brushed - 1);
        const view = async () => ({ url: page.url(), chips: await page.getByRole('search').innerText(), rows: (await rows().allInnerTexts()).slice(0, 10) });
        const before = await view();
        await page.reload();
        await settled(page);
        await showsTotal(brushed - 1);
        assert.deepEqual(await view(), before);
        assert.deepEqual(site.newFaults(), []);
    });

    it('counts what comes while the live tail is paused', async () => {
        await openLog();
        await page.getByRole('button', { name: 'Live tail' }).click();
        await page.getByText('New sessions appear here as they happen.').waitFor();
        const tail = page.getByRole('grid', { name: 'New sessions, newest on top' });
        let sent = 0;
        const ofTail = (kind) => tail.getByRole('row').filter({ hasText: `${kind}.games.test` });
        await until(async () => {
            await traffic.requests(site, 1, () => 'http://live.games.test/');
            ++sent;
            return (await ofTail('live').count()) > 0;
        }, 'a new session appears');
        await page.getByRole('button', { name: 'Pause' }).click();
        await page.getByText(/^Paused/).waitFor();
        const shown = Number(await tail.getAttribute('aria-rowcount')) - 1; // without the head
        await traffic.requests(site, 7, () => 'http://later.games.test/');
        await page.getByText(`Paused, ${7 + sent - shown} new`).waitFor();
        assert.equal(await ofTail('later').count(), 0);
        assert.deepEqual(await axeFindings(page), []);
        await page.getByRole('button', { name: 'Go on' }).click();
        await ofTail('later').nth(6).waitFor();
        assert.equal(await ofTail('later').count(), 7);
        assert.match(await tail.getByRole('row').nth(1).innerText(), /later\.games\.test/);
        await page.getByRole('button', { name: 'End live tail' }).click();
        assert.deepEqual(site.newFaults(), []);
    });

    it('says so when names are hidden while the live tail follows a user', async () => {
        await openLog('?user=ann&live=1');
        await page.getByText('New sessions appear here as they happen.').waitFor();
        assert.equal((await site.api(page, 'POST', '/session/confirm', { password: Admin.password })).status, 200);
        const hide = async (mask) => {
            const { headers } = await site.api(page, 'GET', '/settings/oversight');
            const { status } = await site.api(page, 'PATCH', '/settings/oversight', { mask_users: mask }, { 'If-Match': headers.etag });
            assert.equal(status, 200);
        };
        await hide(true);
        await page.getByText('User names are hidden, so nothing is found by user').waitFor();
        assert.deepEqual(await axeFindings(page), []);
        await page.getByRole('button', { name: 'Search without the user' }).click();
        await page.getByText('New sessions appear here as they happen.').waitFor();
        assert.equal(parameters().get('user'), null);
        await hide(false);
        assert.deepEqual(site.newFaults(), []);
    });

    it('exports as many rows as the search finds', async () => {
        await openLog('?verdict=deny');
        const found = await total();
        await page.getByRole('button', { name: 'Export' }).click();
        await page.getByRole('menuitem', { name: 'Export these sessions…' }).click();
        const dialog = page.getByRole('dialog');
        await dialog.getByText(`${found.toLocaleString('en')} sessions match now.`).waitFor();
        assert.deepEqual(await axeFindings(page), []);
        await dialog.getByLabel('Note').fill('CHG-4711');
        await dialog.getByRole('button', { name: 'Start the export' }).click();
        await page.getByRole('button', { name: 'See exports' }).click();
        const made = page.getByRole('row', { name: /denied|deny/i });
        await made.getByText('Ready').waitFor();
        const started = page.waitForEvent('download');
        await made.getByRole('link', { name: 'Download' }).click();
        const lines = readFileSync(await (await started).path(), 'utf8').trimEnd().split('\n');
        assert.equal(lines.length - 1, found);
        await made.getByRole('cell', { name: found.toLocaleString('en'), exact: true }).waitFor();
        assert.deepEqual(site.newFaults(), []);
    });

    it('is exported by auditors, not by the help-desk', async () => {
        const auditor = await addPerson(site, page, { name: 'olu', role: 'auditor' });
        await auditor.goto(`${site.base}/audit/exports`);
        await auditor.getByRole('link', { name: 'Download' }).waitFor();
        const desk = await addPerson(site, page, { name: 'hanna', role: 'help-desk' });
        await desk.goto(`${site.base}/audit`);
        await settled(desk);
        await desk.getByRole('button', { name: 'Export' }).click();
        const item = desk.getByRole('menuitem', { name: 'Export these sessions…' });
        assert.match(await item.innerText(), /Needs auditor/);
        assert.equal(await item.getAttribute('aria-disabled'), 'true');
        await desk.goto(`${site.base}/audit/exports`);
        await desk.getByText('This page needs the role auditor').waitFor();
        assert.deepEqual(site.newFaults(), []);
        const wanted = { format: 'csv', rows: 'sessions', filter: 'from=2026-01-01T00:00:00Z' };
        assert.equal((await site.api(desk, 'POST', '/audit/exports', wanted)).status, 403);
        site.newFaults(); // the 403 that this was about
    });

    it('finds and names the record that somebody has changed', async () => {
        const { begin } = (await search('--host', 'files.test')).find((each) => each.begin.path === RareTarget);
        await openLog();
        await verify();
        await page.getByText('Whole', { exact: true }).waitFor();
        await page.goto('about:blank'); // the program comes back at another address
        await site.stopProgram();
        const file = changeInLog(path.join(site.dataDirectory, 'audit'), RareTarget, '/bytes/1174');

        await site.startProgram();
        site.newFaults();
        await openLog();
        await verify();
        await page.getByText('Record chain is broken').waitFor();
        const report = page.getByRole('dialog', { name: 'Is the log as it was written?' });
        await report.getByText('Broken', { exact: true }).waitFor();
        await report.getByText(`${file}, ${begin.seq}`).waitFor();
        assert.deepEqual(await axeFindings(page), []);
        await page.goto(site.base);
        await page.getByText(`Record chain: It is broken: record ${begin.seq} in ${file}`).first().waitFor();
        assert.deepEqual(site.newFaults(), []);
    });

    async function verify() {
        await page.getByRole('button', { name: /record chain/i }).click();
        await page.getByRole('button', { name: 'Verify now' }).click();
    }
});

/// Overwrites what stands once in one of the folder's databases, and gives the name of that file.
function changeInLog(folder, text, other) {
    for (const name of readdirSync(folder).filter((each) => each.endsWith('.db'))) {
        const bytes = readFileSync(path.join(folder, name));
        const at = bytes.indexOf(text);
        if (at < 0) continue;
        assert.equal(bytes.indexOf(text, at + 1), -1, `${text} stands once in ${name}`);
        bytes.write(other, at);
        writeFileSync(path.join(folder, name), bytes);
        return name;
    }
    throw new Error(`no file of the log holds ${text}`);
}

/// Goes through the whole table by what is drawn at once, and gives the destination of each row by its
/// place. A place must show the same whenever it is in sight.
function scrollThrough(page, way) {
    return page.evaluate(async ([towards, limit]) => {
        const grid = document.querySelector('[role="grid"]');
        const heads = [...grid.querySelectorAll('[role="columnheader"]')].map((head) => head.textContent);
        const column = heads.indexOf('Destination');
        const seen = [];
        const end = Date.now() + limit;
        const frame = () => new Promise(requestAnimationFrame);
        const look = () => {
            const drawn = [...grid.querySelectorAll('[role="row"]')].slice(1);
            const loaded = drawn.every((row) => row.children[column]?.textContent);
            if (!loaded || grid.getAttribute('aria-busy')) return 'loading';
            for (const row of drawn) {
                const place = Number(row.getAttribute('aria-rowindex')) - 2;
                const text = row.children[column].textContent;
                if (seen[place] !== undefined && seen[place] !== text) throw new Error(`place ${place}: ${seen[place]}, then ${text}`);
                seen[place] = text;
            }
            return 'seen';
        };
        for (;;) {
            await frame();
            await frame();
            while (look() === 'loading') {
                if (Date.now() > end) throw new Error(`still loading at ${grid.scrollTop}`);
                await frame();
            }
            const before = grid.scrollTop;
            grid.scrollTop += (towards === 'down' ? 1 : -1) * (grid.clientHeight + 16 * 32); // more than in sight is drawn
            const isEnd = grid.scrollTop === before;
            if (isEnd && (towards === 'up' || grid.parentElement.textContent.includes('No older sessions'))) return seen;
            if (Date.now() > end) throw new Error(`still at ${before}`);
        }
    }, [way, 120_000]);
}
