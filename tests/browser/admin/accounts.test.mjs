// Who may in, and for how long: second factor, lock-out, a sign-in that ends over a half-filled form,
// API tokens, and publishing by two people.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { promisify } from 'node:util';

import { OwnPassword, addPerson } from './People.mjs';
import { Admin, Site, axeFindings, noticed, settled, until } from './Site.mjs';

const run = promisify(execFile);
const WrongCode = '000000';

/// What an authenticator app shows (RFC 6238); `steps` later or earlier.
function codeOf(secret, steps = 0) {
    const digits = [...secret].map((digit) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(digit).toString(2).padStart(5, '0')).join('');
    const key = Buffer.from(digits.match(/.{8}/g).map((bits) => Number.parseInt(bits, 2)));
    const counter = Buffer.alloc(8);
    counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + steps));
    const hash = createHmac('sha1', key).update(counter).digest();
    const value = hash.readUInt32BE(hash.at(-1) & 15) & 0x7fffffff;
    return String(value % 1_000_000).padStart(6, '0');
}

describe('accounts', () => {
    let site;
    let page;
    let recoveryCodes;
    let editor;

    before(async () => {
        site = await Site.start();
        page = await site.setUp();
    });
    after(() => site?.stop());

    /// Faults but those that the test is about.
    function expectOnly(...expected) {
        assert.deepEqual(site.newFaults().filter((fault) => !expected.some((pattern) => pattern.test(fault))), []);
    }

    it('get a second factor with a code that is right', async () => {
        await page.goto(`${site.base}/me`);
        await settled(page);
        await page.getByRole('button', { name: 'Set up', exact: true }).click();
        const secret = await page.locator('code').filter({ hasText: /^[A-Z2-7]{32}$/ }).textContent();
        const code = page.getByLabel('Code that the app shows');
        await code.fill(WrongCode);
        await page.getByText('is not what the authenticator shows now').waitFor();
        assert.deepEqual(await axeFindings(page), []);
        await code.fill(codeOf(secret));
        await page.getByRole('heading', { name: 'Recovery codes' }).waitFor();
        recoveryCodes = await page.getByRole('listitem').filter({ has: page.locator('code') }).allTextContents();
        await page.getByRole('button', { name: 'I have kept them' }).click();
        await page.getByText('On. Sign-in asks for a code from your authenticator app.').waitFor();
        expectOnly(/422 POST \S+\/me\/totp\/confirm$/);

        const other = await site.open();
        await site.givePassword(other, Admin);
        await other.getByLabel('Code from your authenticator app').fill(WrongCode);
        await other.getByRole('alert').waitFor();
        await other.getByLabel('Code from your authenticator app').fill(codeOf(secret, 1)); // the one before is used up
        await other.getByRole('heading', { name: 'Overview' }).waitFor();
        await other.context().close();
        expectOnly(/401 POST \S+\/session\/totp$/);
    });

    it('are opened once by each recovery code', async () => {
        assert.equal(recoveryCodes.length, 8);
        const giveCode = async (other) => {
            await site.givePassword(other, Admin);
            await other.getByLabel('Code from your authenticator app').fill(recoveryCodes[3]);
            await other.getByRole('button', { name: 'Check the code' }).click();
        };
        const first = await site.open();
        await giveCode(first);
        await first.getByRole('heading', { name: 'Overview' }).waitFor();
        await first.goto(`${site.base}/me`);
        await first.getByText('7 recovery codes are left.').waitFor();
        await first.context().close();
        expectOnly();

        const second = await site.open();
        await giveCode(second);
        await second.getByRole('alert').waitFor();
        await second.context().close();
        expectOnly(/401 POST \S+\/session\/totp$/);
    });

    it('are locked for a while after wrong passwords', async () => {
        const lou = { name: 'lou', password: OwnPassword };
        await (await addPerson(site, page, { name: 'lou', role: 'auditor' })).context().close();
        const other = await site.open();
        for (let n = 0; n < 5; ++n) {
            await site.givePassword(other, { ...lou, password: `wrong, the ${n}th` });
            await other.getByRole('alert').waitFor();
        }
        // Past the page, which lets nobody press the button: the first wait is a short one.
        const right = await other.evaluate(async (body) => (await fetch('/api/v1/session', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body })).status, JSON.stringify(lou));
        assert.equal(right, 429);
        await Promise.all([
            other.getByText(/Too many attempts\. You can try again in \d+ s\./).first().waitFor(),
            other.getByRole('button', { name: 'Sign in', disabled: true }).waitFor(),
        ]);
        assert.deepEqual(await axeFindings(other), []);
        await until(async () => (await other.getByText(/Too many attempts/).count()) === 0, 'the wait is over');
        await other.getByLabel('Password', { exact: true }).fill(lou.password);
        await other.getByRole('button', { name: 'Sign in' }).click();
        await other.getByRole('heading', { name: 'Overview' }).waitFor();
        await other.context().close();
        expectOnly(/4(01|29) POST \S+\/session$/);
    });

    it('keep what was typed when the sign-in ends over it', async () => {
        editor = await addPerson(site, page, { name: 'ed', role: 'editor' });
        await editor.goto(`${site.base}/me`);
        await settled(editor);
        await editor.getByLabel('Shown as').fill('Edward, half finished');
        await page.goto(`${site.base}/people`);
        await page.getByRole('row', { name: /ed/ }).getByText('ed', { exact: true }).click();
        await page.getByRole('button', { name: /^End the sign-in of/ }).click();
        await noticed(page, 'The sign-in was ended.');

        await editor.getByRole('button', { name: 'Save' }).click();
        const dialog = editor.getByRole('dialog', { name: 'Your sign-in has expired' });
        assert.equal(await dialog.getByLabel('Name').inputValue(), 'ed');
        assert.deepEqual(await axeFindings(editor), []);
        await dialog.getByLabel('Password', { exact: true }).fill(OwnPassword);
        await dialog.getByRole('button', { name: 'Sign in' }).click();
        await dialog.waitFor({ state: 'detached' });
        await noticed(editor, 'Your name is saved.');
        assert.equal(await editor.getByLabel('Shown as').inputValue(), 'Edward, half finished');
        await editor.reload();
        await settled(editor);
        assert.equal(await editor.getByLabel('Shown as').inputValue(), 'Edward, half finished');
        expectOnly(/401 PATCH \S+\/me$/);
    });

    it('make API tokens, which hold until they are revoked', async () => {
        await page.goto(`${site.base}/tokens`);
        await settled(page);
        await page.getByRole('button', { name: 'New token' }).first().click();
        await page.getByRole('dialog').getByLabel('Name').fill('deploy script');
        await page.getByRole('button', { name: 'Make token' }).click();
        // As the dialog says it; the certificate of a first start is nobody's.
        const command = await page.getByRole('region', { name: 'Try it' }).textContent();
        assert.deepEqual(await axeFindings(page), []);
        const status = async () => (await run('sh', ['-c', `${command} --insecure --silent --max-time 15 --output /dev/null --write-out '%{http_code}'`])).stdout;
        assert.equal(await status(), '200');
        await page.getByRole('button', { name: 'I have copied it' }).click();
        await page.getByRole('button', { name: 'Revoke deploy script' }).click();
        await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
        await noticed(page, 'The token deploy script was revoked.');
        assert.equal(await status(), '401');
        expectOnly();
    });

    it('publish by two people once that is asked for', async () => {
        await page.goto(`${site.base}/settings/sign-in`);
        await settled(page);
        await page.getByRole('switch', { name: 'Two people to publish' }).click();
        await page.getByRole('button', { name: 'Save' }).click();
        await noticed(page, 'Saved. It counts at once');
        await page.goto(`${site.base}/rules`);
        await settled(page);
        await page.getByRole('grid').getByRole('switch').first().click();
        const publish = async (who) => {
            await who.getByRole('button', { name: 'Review and publish' }).click();
            await who.getByRole('dialog').getByRole('textbox', { name: 'Note' }).fill('Seen by two');
            await who.getByRole('dialog').getByRole('button', { name: 'Publish v3' }).click();
        };
        await publish(page);
        await page.getByRole('dialog').getByText('ask somebody else to publish it').waitFor();
        assert.deepEqual(await axeFindings(page), []);
        expectOnly(/403 POST \S+\/policy\/publish$/);

        await editor.goto(`${site.base}/rules`);
        await settled(editor);
        await publish(editor);
        await noticed(editor, 'v3 is live');
        expectOnly();
    });
});
