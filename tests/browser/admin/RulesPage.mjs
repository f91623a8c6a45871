// What a person does on the Rules page, with mouse and keyboard. Each step ends when the page shows
// what the server made of it.
import assert from 'node:assert/strict';

import { settled, until } from './Site.mjs';

export class RulesPage {
    constructor(site, page) {
        this.site = site;
        this.page = page;
    }

    async open(query = '') {
        await this.page.goto(`${this.site.base}/rules${query}`);
        await settled(this.page);
    }

    async openLayer(name) {
        await this.page.getByRole('tab', { name }).click();
        await this.list(name).waitFor();
    }

    list(layer) {
        return this.page.getByRole('grid', { name: `${layer} rules` });
    }

    row(name) {
        return this.page.getByRole('row').filter({ has: this.page.getByRole('button', { name, exact: true }) });
    }

    editor() {
        return this.page.getByRole('complementary').filter({ has: this.page.getByRole('button', { name: 'Move to…' }) });
    }

    /// The names of the list's rules in their order.
    async order() {
        return this.page.locator('[role=row][data-rule] button[class*=title]').allTextContents();
    }

    /// Until the page says so below, and puts the notice away: the next one may say the same.
    async notice(text) {
        const notice = this.page.getByRole('region', { name: 'Notices' }).locator('> div').filter({ has: this.page.getByText(text) });
        await notice.getByRole('button', { name: 'Dismiss' }).click();
        await notice.waitFor({ state: 'detached' });
    }

    /// On top, unless it is to be added elsewhere by another step. Leaves the new rule open in the
    /// editor, switched on. `tokens` holds the values of fields that take several:
    /// { Host: ['a.test'] }.
    async addRule({ name, action, tokens = {} }, add = () => this.page.getByRole('button', { name: 'New rule' }).first().click()) {
        const editor = this.editor();
        await add();
        await editor.getByText('New rules begin switched off').waitFor();
        await this.rename(name);
        if (action) {
            await editor.getByRole('radio', { name: action }).click(); // check() would not wait for the draft
            await editor.getByRole('radio', { name: action, checked: true }).waitFor();
        }
        for (const [label, values] of Object.entries(tokens)) {
            const field = editor.getByRole('combobox', { name: label, exact: true });
            for (const [at, value] of values.entries()) {
                await field.fill(value);
                await field.press('Enter');
                await editor.getByRole('list', { name: label, exact: true }).getByRole('listitem').nth(at).waitFor();
            }
        }
        await editor.getByRole('switch', { name: 'Switched on' }).click();
        await this.notice(`Switch of “${name}” saved to the draft`);
    }

    async rename(name) {
        const field = this.editor().getByRole('textbox', { name: 'Name', exact: true });
        await field.fill(name);
        await field.press('Tab');
        await this.notice(/^Name of “.*” saved to the draft$/);
        await this.row(name).waitFor();
    }

    async closeEditor() {
        await this.editor().getByRole('button', { name: 'Close' }).click();
        await this.editor().waitFor({ state: 'detached' });
    }

    async press(name, key) {
        await this.row(name).press(key); // with the focus: the row may be drawn anew at any time
    }

    async setEnabled(name, isOn) {
        await this.row(name).getByRole('switch', { name: `${name} is on`, checked: !isOn }).click();
        await this.notice(`“${name}” is ${isOn ? 'on' : 'off'} in the draft`);
    }

    async edit(name) {
        await this.row(name).getByRole('button', { name, exact: true }).click();
        await this.editor().getByRole('textbox', { name: 'Name', exact: true }).waitFor();
    }

    async chooseInMenu(name, item) {
        await this.row(name).getByRole('button', { name: `More about ${name}` }).click();
        await this.page.getByRole('menuitem', { name: item }).click();
    }

    /// By its handle, to just above or below another row.
    async drag(name, place, other) {
        const { page } = this;
        const handle = await restingBox(this.row(name).locator('[class*=handle]'));
        const target = await restingBox(this.row(other));
        const x = handle.x + handle.width / 2;
        await page.mouse.move(x, handle.y + handle.height / 2);
        await page.mouse.down();
        const edge = place === 'above' ? target.y + 3 : target.y + target.height - 3;
        await page.mouse.move(x, handle.y + handle.height / 2 + (edge > handle.y ? 6 : -6), { steps: 3 });
        await page.mouse.move(x + 40, edge, { steps: 6 });
        await page.mouse.up();
    }

    async openPublish() {
        await this.page.getByRole('button', { name: 'Review and publish' }).click();
        return this.page.getByRole('dialog', { name: /^Publish v\d+$/ });
    }

    /// Gives the number of the version. `confirmWithin` is in minutes.
    async publish(note, { confirmWithin } = {}) {
        const dialog = await this.openPublish();
        await dialog.getByRole('textbox', { name: 'Note' }).fill(note);
        if (confirmWithin !== undefined) {
            await dialog.getByRole('checkbox', { name: 'Roll back unless I confirm' }).check();
            await dialog.getByRole('textbox', { name: 'Within' }).fill(String(confirmWithin));
        }
        const button = dialog.getByRole('button', { name: /^Publish v\d+$/ });
        const version = /\d+/.exec(await button.textContent())[0];
        await button.click();
        await dialog.waitFor({ state: 'detached' });
        await this.notice(`v${version} is live`);
        return Number(version);
    }

    /// Through the history, as a new version; gives its number.
    async rollBack(version, note) {
        const { page } = this;
        await page.goto(`${this.site.base}/rules/history`);
        await page.getByRole('button', { name: `More about v${version}`, exact: true }).click();
        await page.getByRole('menuitem', { name: 'Roll back to this…' }).click();
        const dialog = page.getByRole('dialog', { name: `Roll back to v${version}` });
        await dialog.getByRole('textbox', { name: 'Note' }).fill(note);
        await dialog.getByRole('button', { name: /^Roll back as v/ }).click();
        await dialog.waitFor({ state: 'detached' });
        await this.notice(/is live, equal to/);
    }

    /// What the server keeps, not what the page shows.
    async document(policy) {
        const { status, body } = await this.site.api(this.page, 'GET', `/policy/document?policy=${policy}`);
        assert.equal(status, 200);
        return body;
    }
}

/// Where it is once it stays there: what was published before may still be on its way to the page.
async function restingBox(locator) {
    let box;
    await until(async () => {
        const before = JSON.stringify(box);
        box = await locator.boundingBox();
        return JSON.stringify(box) === before;
    }, 'the list is at rest');
    return box;
}
