// Rules from the page to the proxy: what a person adds, drags, moves by key, switches and publishes
// is what the proxy decides by from its next request on, and rolling back undoes it.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import { Loopback } from './Loopback.mjs';
import { addPerson } from './People.mjs';
import { RulesPage } from './RulesPage.mjs';
import { Admin, Site, until } from './Site.mjs';

const Wide = 'Internal clients to everything public';

describe('rules', () => {
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
        await rules.row('Not bad').focus();
        await rules.page.keyboard.press('Alt+ArrowUp');
        await rules.notice(/^“Not bad” is number \d+ now$/);
        const order = await rules.order();
        assert.equal(order.indexOf('Not bad') + 1, order.indexOf(Wide));
        await rules.publish('bad.test before the wide rule again');
        await becomes('bad.test', 403);
        assert.deepEqual(site.newFaults(), []);
    });

    it('are switched off by key and on again by mouse', async () => {
        await rules.row('Not bad').focus();
        await rules.page.keyboard.press('Space');
        await rules.notice('“Not bad” is off in the draft');
        await rules.publish('bad.test is open');
        await becomes('bad.test', 200);
        await rules.setEnabled('Not bad', true);
        await rules.publish('bad.test is shut off again');
        await becomes('bad.test', 403);
        assert.deepEqual(site.newFaults(), []);
    });

    it('come back as they were with a roll-back', async () => {
        await rules.row('Not bad').focus();
        await rules.page.keyboard.press('Space');
        await rules.notice('“Not bad” is off in the draft');
        const open = await rules.publish('bad.test is open, by mistake');
        await becomes('bad.test', 200);
        await rules.rollBack(open - 1, 'bad.test has to be shut off');
        await becomes('bad.test', 403);
        assert.deepEqual(await rules.document(String(open + 1)), await rules.document(String(open - 1)));
        assert.deepEqual(site.newFaults(), []);
    });

    it('stay when they are published on trial and confirmed', async () => {
        await rules.open();
        await rules.setEnabled('Not bad', false);
        const trial = await rules.publish('bad.test is open, on trial', { confirmWithin: 1 });
        await becomes('bad.test', 200);
        await rules.page.getByRole('region', { name: 'Waiting to be confirmed' }).getByRole('button', { name: `Keep v${trial}` }).click();
        await rules.notice(`v${trial} stays`);
        await rules.page.getByRole('region', { name: 'Waiting to be confirmed' }).waitFor({ state: 'detached' });
        assert.equal(await answer('bad.test'), 200);
        assert.deepEqual(site.newFaults(), []);
    });

    let unconfirmed;
    it('wait to be confirmed when they are published on trial', async () => {
        await rules.setEnabled('Not bad', true);
        unconfirmed = await rules.publish('bad.test is shut off, on trial', { confirmWithin: 1 });
        await rules.page.getByText(`v${unconfirmed} is live and waits for your word.`).waitFor();
        await becomes('bad.test', 403);
        assert.deepEqual(site.newFaults(), []);
    });

    it('that are never reached say so, and can be moved above what is in their way', async () => {
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
        assert.equal(await his.inputValue(), 'Asked for by the board');
        await his.fill('Asked for by both');
        await his.press('Tab');
        await bobs.notice('Comment of “Not bad” saved to the draft');
        assert.deepEqual(
            site.newFaults().map((fault) => fault.replace(/^.*: (\d+ \w+) .*$/, '$1')),
            ['412 PATCH'],
        );
    });

    it('come back by themselves when nobody confirms in time', async () => {
        await until(async () => (await answer('bad.test')) === 200, `v${unconfirmed} is rolled back`, 90_000);
        await rules.page.getByRole('region', { name: 'Waiting to be confirmed' }).waitFor({ state: 'detached' });
        await rules.page.getByText(`v${unconfirmed + 1} was published meanwhile`).waitFor();
        await rules.page.getByRole('link', { name: 'History' }).click();
        const newest = rules.page.getByRole('row').nth(1);
        assert.equal(await newest.getByRole('rowheader').textContent(), `v${unconfirmed + 1} LiveRoll back`);
        await newest.getByText('was not confirmed in time').waitFor();
        assert.deepEqual(site.newFaults(), []);
    });

    it('are compared between any two versions', async () => {
        const { page } = rules;
        for (const version of [unconfirmed + 1, unconfirmed])
            await page.getByRole('checkbox', { name: `Choose v${version} to compare` }).check();
        await page.getByRole('button', { name: 'Compare the two chosen' }).click();
        await page.getByRole('heading', { name: 'Compare versions' }).waitFor();
        await page.getByText(/^Access rule \d+ “Not bad” is changed$/).waitFor();
        await page.getByText('is switched off').waitFor();
        await page.getByRole('button', { name: 'Swap' }).click();
        await page.getByText('is switched on').waitFor();
        await page.getByLabel('From').selectOption('draft');
        await page.getByText(/^Access rule \d+ “A part of bad” is removed$/).waitFor();
        assert.deepEqual(site.newFaults(), []);
    });
});
