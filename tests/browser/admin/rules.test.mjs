// Rules from the page to the proxy: what a person adds, drags, moves by key, switches and publishes
// is what the proxy decides by from its next request on, and rolling back undoes it. Two people work
// on one rule. What is published on trial goes by itself: that takes a minute, in which the rest runs.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import { Loopback, LoopbackGuard } from './Loopback.mjs';
import { addPerson } from './People.mjs';
import { publishDocument } from './publishDocument.mjs';
import { RulesPage } from './RulesPage.mjs';
import { Admin, Site, until } from './Site.mjs';

const TrialMs = 150_000; // a minute, and what a busy machine makes of it
const Wide = 'Internal clients to everything public';

const statusAndMethod = (fault) => fault.replace(/^.*: (\d+ \w+) .*$/, '$1');

describe('rules', { concurrency: 2 }, () => {
    describe('on the page', { concurrency: 1 }, () => {
        let loopback;
        let site;
        let rules;
        const answer = (name) => site.throughProxy(loopback.url(name));
        /// The workers take a published version a moment after it counts.
        const becomes = (name, status) => until(async () => (await answer(name)) === status, `${name} is answered with ${status}`);

        before(async () => {
            loopback = await Loopback.start(['good.test', 'bad.test']);
            site = await Site.start(...loopback.settings);
            rules = new RulesPage(site, await site.setUp());
        });
        after(async () => {
            await site?.stop();
            await loopback?.stop();
        });

        it('count with the version that is published, not before', async () => {
            await rules.open();
            await rules.openLayer('Guard');
            await rules.addRule({ name: 'This machine', action: 'Allow', tokens: { 'Destination address': ['127.0.0.0/8'] } });
            assert.equal(await answer('good.test'), 403);
            await rules.publish('The origins of this machine');
            await becomes('good.test', 200);
            assert.deepEqual(site.newFaults(), []);
        });

        it('are added on top', async () => {
            await rules.openLayer('Access');
            await rules.addRule({ name: 'Not bad', action: 'Deny', tokens: { Host: ['bad.test'] } });
            await rules.closeEditor();
            assert.equal((await rules.order())[0], 'Not bad');
            assert.equal(await answer('bad.test'), 200);
            await rules.publish('bad.test is shut off');
            await becomes('bad.test', 403);
            assert.equal(await answer('good.test'), 200);
            assert.deepEqual(site.newFaults(), []);
        });

        it('tell who is refused by them what they say', async () => {
            const { page } = rules;
            await rules.edit('Not bad');
            const text = rules.editor().getByRole('textbox', { name: 'Block page text' });
            await text.fill('<b>Not at work.</b>\nAsk 4711');
            await rules.editor().getByText('28 of 500 characters').waitFor();
            await text.press('Tab');
            await rules.notice('Block page text of “Not bad” saved to the draft');
            await page.goto(`${site.base}/what-if?policy=draft&url=${encodeURIComponent(loopback.url('bad.test', '/'))}&ip=127.0.0.1&address=127.0.0.1`);
            await page.getByRole('button', { name: 'this block page' }).click();
            const preview = await page.getByRole('dialog', { name: 'Block page' }).locator('pre').textContent();
            assert.match(preview, /The rule "Not bad" of your organisation's policy.*\n\n<b>Not at work\.<\/b>\nAsk 4711\n\n/);

            await rules.open();
            const dialog = await rules.openPublish();
            await dialog.getByText('Block page text').waitFor();
            await dialog.getByRole('button', { name: 'Not yet' }).click();
            await rules.publish('bad.test says why');
            const asText = () => site.pageThroughProxy(loopback.url('bad.test'));
            await until(async () => (await asText()).includes('\n\n<b>Not at work.</b>\nAsk 4711\n\n'), 'the proxy says it');
            const asHtml = await site.pageThroughProxy(loopback.url('bad.test'), { accept: 'text/html' });
            assert.match(asHtml, /<p class="words">&lt;b&gt;Not at work\.&lt;\/b&gt;<br>\nAsk 4711<\/p>/);
            assert.deepEqual(site.newFaults(), []);
        });

        it('are dragged', async () => {
            const order = await rules.order();
            await rules.drag('Not bad', 'below', Wide);
            await rules.notice(`“Not bad” is number ${order.length} now`);
            assert.deepEqual(await rules.order(), [...order.slice(1), 'Not bad']);
            await rules.row('Not bad').getByText('Was 1').waitFor();
            await rules.publish('bad.test behind the wide rule');
            await becomes('bad.test', 200);
            assert.deepEqual(site.newFaults(), []);
        });

        it('are moved by key', async () => {
            await rules.press('Not bad', 'Alt+ArrowUp');
            await rules.notice(/^“Not bad” is number \d+ now$/);
            const order = await rules.order();
            assert.equal(order.indexOf('Not bad') + 1, order.indexOf(Wide));
            await rules.publish('bad.test before the wide rule again');
            await becomes('bad.test', 403);
            assert.deepEqual(site.newFaults(), []);
        });

        it('are switched off by key and on again by mouse', async () => {
            await rules.press('Not bad', 'Space');
            await rules.notice('“Not bad” is off in the draft');
            await rules.publish('bad.test is open');
            await becomes('bad.test', 200);
            await rules.setEnabled('Not bad', true);
            await rules.publish('bad.test is shut off again');
            await becomes('bad.test', 403);
            assert.deepEqual(site.newFaults(), []);
        });

        let opened; // the version that was a mistake
        it('come back as they were with a roll-back', async () => {
            await rules.press('Not bad', 'Space');
            await rules.notice('“Not bad” is off in the draft');
            opened = await rules.publish('bad.test is open, by mistake');
            await becomes('bad.test', 200);
            await rules.rollBack(opened - 1, 'bad.test has to be shut off');
            await becomes('bad.test', 403);
            assert.deepEqual(await rules.document(String(opened + 1)), await rules.document(String(opened - 1)));
            assert.deepEqual(site.newFaults(), []);
        });

        it('that are never reached say so, and can be moved above what is in their way', async () => {
            await rules.open();
            await rules.addRule({ name: 'A part of bad', action: 'Allow', tokens: { Host: ['bad.test'], Port: ['8443'] } }, () =>
                rules.chooseInMenu('Not bad', 'Add rule below'),
            );
            await rules.closeEditor();
            const row = rules.row('A part of bad');
            const bar = rules.page.getByRole('button', { name: '1 rule is never reached' });
            await bar.waitFor();
            await row.getByText(/Not bad/).waitFor();
            await row.getByRole('button', { name: 'Move above it' }).click();
            await rules.notice(/^“A part of bad” is number \d+ now$/);
            await bar.waitFor({ state: 'detached' });
            assert.equal(await row.getByRole('button', { name: 'Move above it' }).count(), 0);
            const order = await rules.order();
            assert.equal(order.indexOf('A part of bad') + 1, order.indexOf('Not bad'));
            assert.deepEqual(site.newFaults(), []);
        });

        let bobs;
        it('keep what two people change in different fields of one', async () => {
            bobs = new RulesPage(site, await addPerson(site, rules.page, { name: 'bob', role: 'editor' }));
            for (const page of [rules, bobs]) {
                await page.open();
                await page.edit('Not bad');
            }
            await rules.editor().getByText('bob is editing this rule too.').waitFor();
            const ticket = bobs.editor().getByLabel('Ticket');
            await ticket.fill('NET-7');
            const comment = rules.editor().getByLabel('Comment');
            await comment.fill('Asked for by legal');
            await comment.press('Tab');
            await rules.notice('Comment of “Not bad” saved to the draft');
            await ticket.press('Tab');
            await bobs.notice('Ticket of “Not bad” saved to the draft');
            const [rule] = (await rules.document('draft')).access.filter(({ name }) => name === 'Not bad');
            assert.deepEqual([rule.comment, rule.ticket], ['Asked for by legal', 'NET-7']);
            assert.deepEqual(site.newFaults(), []);
        });

        it('ask whose word counts when two people change the same field', async () => {
            const his = bobs.editor().getByLabel('Comment');
            await his.fill('Asked for by finance');
            const hers = rules.editor().getByLabel('Comment');
            await hers.fill('Asked for by the board');
            await hers.press('Tab');
            await rules.notice('Comment of “Not bad” saved to the draft');
            await his.press('Tab');
            const dialog = bobs.page.getByRole('dialog', { name: 'Somebody else changed this meanwhile' });
            await dialog.getByText(`${Admin.name} changed this`).waitFor();
            assert.deepEqual(await dialog.getByRole('row').last().getByRole('cell').allTextContents(), ['Asked for by the board', 'Asked for by finance']);
            assert.equal(await dialog.getByRole('button', { name: 'Put mine on top' }).count(), 0);
            await dialog.getByRole('button', { name: 'See theirs' }).click();
            await dialog.waitFor({ state: 'detached' });
            await until(async () => (await his.inputValue()) === 'Asked for by the board', 'his field says hers');
            await his.fill('Asked for by both');
            await his.press('Tab');
            await bobs.notice('Comment of “Not bad” saved to the draft');
            assert.deepEqual(site.newFaults().map(statusAndMethod), ['412 PATCH']);
        });

        it('are not published while a policy test fails, unless an admin says why', async () => {
            const { page } = rules;
            await page.goto(`${site.base}/what-if?url=${encodeURIComponent(loopback.url('bad.test', '/'))}&ip=127.0.0.1&address=127.0.0.1`);
            await page.getByRole('button', { name: 'Save as policy test' }).click();
            const saving = page.getByRole('dialog', { name: 'Save as policy test' });
            await saving.getByLabel('Name').fill('bad.test is open');
            await saving.getByLabel('Must be').selectOption({ label: 'Allowed' });
            await saving.getByRole('button', { name: 'Save test' }).click();
            await page.getByRole('row').filter({ hasText: 'bad.test is open' }).getByText('Fails').waitFor();

            await bobs.open();
            await bobs.page.getByText('0 of 1 policy test passes').waitFor();
            const his = await bobs.openPublish();
            await his.getByRole('textbox', { name: 'Note' }).fill('Never mind the test');
            await his.getByText('1 of 1 fails').waitFor();
            assert.equal(await his.getByRole('checkbox', { name: 'Publish although tests fail' }).count(), 0);
            assert.equal(await his.getByRole('button', { name: /^Publish v/ }).getAttribute('aria-disabled'), 'true');
            const { headers } = await site.api(bobs.page, 'GET', '/policy/draft');
            const past = { note: 'Never mind', override_tests: { reason: 'Because' } };
            assert.equal((await site.api(bobs.page, 'POST', '/policy/publish', past, { 'If-Match': headers.etag })).status, 403);
            await his.getByRole('button', { name: 'Not yet' }).click();
            assert.deepEqual(site.newFaults().map(statusAndMethod), ['403 POST']);

            await rules.open();
            const hers = await rules.openPublish();
            await hers.getByRole('textbox', { name: 'Note' }).fill('bad.test may be shut off');
            await hers.getByText('1 of 1 fails').waitFor();
            const publish = hers.getByRole('button', { name: /^Publish v/ });
            assert.equal(await publish.getAttribute('aria-disabled'), 'true');
            await hers.getByRole('checkbox', { name: 'Publish although tests fail' }).check();
            await hers.getByLabel('Why (kept with the version)').fill('The test is older than the rule');
            await publish.click();
            await rules.notice(/^v\d+ is live$/);
            assert.deepEqual(site.newFaults(), []);
        });

        it('are compared between any two versions', async () => {
            const { page } = rules;
            await page.getByRole('link', { name: 'History' }).click();
            await page.getByText('Published although tests failed: The test is older than the rule').waitFor();
            for (const version of [opened, opened + 1]) await page.getByRole('checkbox', { name: `Choose v${version} to compare` }).check();
            await page.getByRole('button', { name: 'Compare the two chosen' }).click();
            await page.getByRole('heading', { name: 'Compare versions' }).waitFor();
            await page.getByText(/^Access rule \d+ “Not bad” is changed$/).waitFor();
            await page.getByText('is switched on').waitFor();
            await page.getByRole('button', { name: 'Swap' }).click();
            await page.getByText('is switched off').waitFor();
            await page.getByLabel('From').selectOption('live');
            await page.getByText(/^Access rule \d+ “A part of bad” is removed$/).waitFor();
            await page.getByText('Test “bad.test is open” is removed').waitFor();
            assert.deepEqual(site.newFaults(), []);
        });
    });

    describe('published on trial', { concurrency: 1 }, () => {
        let loopback;
        let site;
        let rules;
        const becomes = (status, limitMs) =>
            until(async () => (await site.throughProxy(loopback.url('bad.test'))) === status, `bad.test is answered with ${status}`, limitMs);

        before(async () => {
            loopback = await Loopback.start(['bad.test']);
            site = await Site.start(...loopback.settings);
            rules = new RulesPage(site, await site.setUp());
            await publishDocument(site, rules.page, {
                format: 1,
                guard: [LoopbackGuard],
                access: [
                    { name: 'Not bad', action: 'deny', enabled: false, when: { host: ['bad.test'] } },
                    { name: 'All', action: 'allow' },
                ],
                defaults: { access: 'deny' },
            });
        });
        after(async () => {
            await site?.stop();
            await loopback?.stop();
        });

        const banner = () => rules.page.getByRole('region', { name: 'Waiting to be confirmed' });

        it('stay when somebody keeps them', async () => {
            await rules.open();
            await rules.setEnabled('Not bad', true);
            const trial = await rules.publish('bad.test is shut off, on trial', { confirmWithin: 1 });
            await becomes(403);
            await banner().getByRole('button', { name: `Keep v${trial}` }).click();
            await rules.notice(`v${trial} stays`);
            await banner().waitFor({ state: 'detached' });
            assert.deepEqual(site.newFaults(), []);
        });

        it('go by themselves when nobody does', async () => {
            await rules.setEnabled('Not bad', false);
            const trial = await rules.publish('bad.test is open, on trial', { confirmWithin: 1 });
            await banner().getByText(`v${trial} is live and waits for your word.`).waitFor();
            await becomes(200);
            await becomes(403, TrialMs);
            await banner().waitFor({ state: 'detached' });
            await rules.page.getByRole('link', { name: 'History' }).click();
            const newest = rules.page.getByRole('row').nth(1);
            await newest.getByText('was not confirmed in time').waitFor();
            assert.equal(await newest.getByRole('rowheader').textContent(), `v${trial + 1} LiveRoll back`);
            assert.deepEqual(site.newFaults(), []);
        });
    });
});
