// The page before all pages.
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useLocation, useSearch } from 'wouter';

import { api } from '../../api/client';
import { sessionKey } from '../../api/session';
import { Logo } from '../../shell/Logo';
import { SignInForm } from '../../shell/SignInForm';
import { shellTexts } from '../../shell/texts';
import { usePageTitle } from '../../shell/usePageTitle';
import css from './SignInPage.module.css';
import { signInTexts as texts } from './texts';

const headings = {
    password: [texts.title, texts.lead],
    totp: [texts.code, texts.codeLead],
    'new-password': [texts.newPassword, texts.newPasswordLead],
} as const;

export default function SignInPage() {
    usePageTitle(texts.title);
    const client = useQueryClient();
    const [, navigate] = useLocation();
    const next = localPath(new URLSearchParams(useSearch()).get('next'));
    const setup = useSetupNeeded();
    return (
        <main className={css.page}>
            <div className={css.card}>
                <div className={css.brand}>
                    <Logo />
                    <span>{shellTexts.product}</span>
                </div>
                {setup && (
                    <div className={css.notice}>
                        <b>{texts.setupNeeded}</b> {texts.setupHow}
                    </div>
                )}
                <SignInForm
                    heading={headingOf}
                    onSignedIn={(session) => {
                        client.clear();
                        client.setQueryData(sessionKey, session);
                        navigate(next, { replace: true });
                    }}
                />
            </div>
        </main>
    );
}

function headingOf(stage: keyof typeof headings) {
    const [title, lead] = headings[stage];
    return (
        <div>
            <h1>{title}</h1>
            <p className={css.lead}>{lead}</p>
        </div>
    );
}

function useSetupNeeded(): boolean {
    const { data } = useQuery({
        queryKey: ['setup', 'needed'],
        queryFn: async ({ signal }) => {
            try {
                return (await api.get<{ needed: boolean }>('/setup', { signal, onSignedOut: 'fail' })).data.needed;
            } catch {
                return false; // 404 once it is done; and a server that does not answer says so at sign-in
            }
        },
        retry: false,
    });
    return data ?? false;
}

/** Only a path of this site: nobody is sent elsewhere by a link. */
export function localPath(wanted: string | null): string {
    return wanted && /^\/(?![/\\])/.test(wanted) && !wanted.startsWith('/sign-in') ? wanted : '/';
}
