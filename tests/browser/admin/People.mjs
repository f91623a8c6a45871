// Other people than the first administrator: added on the People page, each with a browser.
import { noticed, settled } from './Site.mjs';

export const Roles = ['help-desk', 'auditor', 'editor', 'admin'];
const RoleNames = { 'help-desk': 'Help-desk', auditor: 'Auditor', editor: 'Editor', admin: 'Admin' };
const FirstPassword = 'handed over on paper';
/// That of everybody but the first administrator.
export const OwnPassword = 'nobody else knows this';

/// Adds the person as the administrator of `adminPage`, and gives a page where the person has signed
/// in, which asks for a password of the person's own.
export async function addPerson(site, adminPage, { name, role }) {
    await adminPage.goto(`${site.base}/people`);
    await adminPage.getByRole('button', { name: 'Add person' }).click();
    const dialog = adminPage.getByRole('dialog', { name: 'Add person' });
    await dialog.getByLabel('Name to sign in with').fill(name);
    await dialog.getByRole('radio', { name: RoleNames[role] }).check();
    await dialog.getByLabel('First password').fill(FirstPassword);
    await dialog.getByRole('button', { name: 'Add person' }).click();
    await noticed(adminPage, `${name} may sign in now.`);

    const page = await site.open();
    await site.givePassword(page, { name, password: FirstPassword });
    await page.getByRole('heading', { name: 'Choose a new password' }).waitFor();
    await page.getByLabel('New password').fill(OwnPassword);
    await page.getByLabel('The same again').fill(OwnPassword);
    await page.getByRole('button', { name: 'Change the password' }).click();
    await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
    await settled(page);
    return page;
}
