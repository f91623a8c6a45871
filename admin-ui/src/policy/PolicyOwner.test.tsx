import { screen } from '@testing-library/react';
import { describe, expect, it } from 'vitest';

import { renderPage } from '../testing/render';
import { PolicyOwnerBanner, usePolicyNeeds } from './PolicyOwner';

function Page() {
    return (
        <>
            <PolicyOwnerBanner more="And more." />
            <output>{usePolicyNeeds() ?? 'May'}</output>
        </>
    );
}

describe('the owner of the policy', () => {
    it.each([
        ['people', 'editor', 'May'],
        ['people', 'auditor', 'Needs editor'],
        ['file', 'admin', 'Owned by a file'],
        ['api', 'admin', 'Owned by the API'],
        ['api', 'help-desk', 'Owned by the API'],
    ] as const)('%s: for the role %s "%s"', (owner, role, reason) => {
        renderPage(<Page />, { owner, role });
        expect(screen.getByRole('status').textContent).toBe(reason);
        expect(screen.queryByRole('region', { name: 'Owner of the policy' }) === null).toBe(owner === 'people');
    });
    it('is named, with what can be done', () => {
        renderPage(<Page />, { owner: 'file' });
        expect(screen.getByRole('region').textContent).toBe('This policy is owned by a file. It is changed there and published on the server with “sallyport policy import”. Here it can be read and tried. And more.');
    });
});
