// Who owns the policy: on pages that change it, a banner that names another owner than people, and the
// reason at each control that is then disabled. The server decides; this only saves a refused click.
import { Lock } from 'lucide-react';

import { useNeeds, useSession } from '../api/session';
import css from './PolicyOwner.module.css';
import { policyTexts } from './texts';

const texts = policyTexts.owner;

/** Undefined when this person may change the policy, else the reason: "Owned by a file", "Needs editor". */
export function usePolicyNeeds(): string | undefined {
    const needs = useNeeds('editor');
    const { policy_owner: owner } = useSession();
    return owner === 'people' ? needs : texts.reason[owner];
}

export function useIsOwnedByPeople(): boolean {
    return useSession().policy_owner === 'people';
}

/** `more` is said behind it. */
export function PolicyOwnerBanner({ more }: { more?: string | undefined }) {
    const { policy_owner: owner } = useSession();
    if (owner === 'people') return null;
    return (
        <section className={css.banner} aria-label={texts.label}>
            <Lock size={16} aria-hidden="true" />
            <p>
                <b>{texts.owned[owner]}</b> {texts.how[owner]} {more}
            </p>
        </section>
    );
}
