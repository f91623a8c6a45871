// What a disabled control says of itself: none may be so without a word.
import assert from 'node:assert/strict';

/// What it says when the keyboard comes to it; empty if it may be used.
export async function reasonOf(page, control) {
    if ((await control.getAttribute('aria-disabled')) !== 'true') return '';
    const title = await control.getAttribute('title');
    if (title) return title;
    await page.keyboard.press('Tab'); // from now on the focus is the keyboard's
    await control.focus();
    const tooltip = page.locator('[class*=popup][data-open]').last();
    await tooltip.waitFor();
    return tooltip.textContent();
}

/// Each of these controls with what it says, found as a person finds them: `menu` is the button behind
/// which they stand, `tab` the tab.
export async function reasonsOf(page, { menu, tab, names }) {
    if (tab) await page.getByRole('tab', { name: tab }).click();
    if (menu) await page.getByRole('button', { name: menu, exact: true }).click();
    const said = [];
    for (const name of names) {
        const control = menu
            ? page.getByRole('menuitem', { name: new RegExp(`^${name}`) })
            : page.getByRole('button', { name, exact: true }).or(page.getByRole('switch', { name, exact: true })).first();
        await control.waitFor();
        const isDisabled = (await control.getAttribute('aria-disabled')) === 'true';
        said.push({ name, isDisabled, reason: menu ? await control.textContent() : await reasonOf(page, control) });
    }
    if (menu) {
        await page.keyboard.press('Escape');
        await page.getByRole('menu').waitFor({ state: 'detached' });
    }
    return said;
}

export async function expectReasons(page, target) {
    for (const control of await page.locator('[aria-disabled=true]:visible').all()) {
        const reason = await reasonOf(page, control);
        assert.ok(reason.length > 0, `${target}: ${await control.textContent()} is disabled without a reason`);
    }
}
