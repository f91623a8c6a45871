// From nothing to a page: who is signed in decides between the sign-in page and the shell.
import { CSPProvider } from '@base-ui/react/csp-provider';
import { QueryClientProvider } from '@tanstack/react-query';
import { lazy, Suspense, useEffect, useEffectEvent } from 'react';
import { Redirect, Route, Switch, useLocation, useSearch } from 'wouter';

import { isProblem } from './api/problem';
import { queryClient } from './api/queryClient';
import { type Session, SessionContext, useSessionQuery } from './api/session';
import { Announcer } from './components/Announcer';
import { LetterKeysContext } from './components/letterKeys';
import { LayerHost } from './components/LayerHost';
import { ErrorState } from './components/States';
import { TooltipProvider } from './components/Tooltip';
import { Doorkeeper } from './shell/Doorkeeper';
import { usePreferences } from './shell/preferences';
import { followServerPreferences } from './shell/serverPreferences';
import { Shell } from './shell/Shell';
import { shellTexts } from './shell/texts';

const SignInPage = lazy(() => import('./features/sign-in/SignInPage'));
const SetupPage = lazy(() => import('./features/setup/SetupPage'));

export function App() {
    const { letterKeys } = usePreferences();
    return (
        <CSPProvider disableStyleElements>
            <QueryClientProvider client={queryClient}>
                <LetterKeysContext value={letterKeys}>
                    <TooltipProvider delay={500}>
                        <LayerHost>
                            <Suspense>
                                <Switch>
                                    <Route path="/sign-in"><SignInPage /></Route>
                                    <Route path="/setup"><SetupPage /></Route>
                                    <Route><SignedIn /></Route>
                                </Switch>
                            </Suspense>
                            <Announcer />
                        </LayerHost>
                    </TooltipProvider>
                </LetterKeysContext>
            </QueryClientProvider>
        </CSPProvider>
    );
}

function SignedIn() {
    const query = useSessionQuery();
    const [path] = useLocation();
    const search = useSearch();
    const session = query.data;
    const follow = useEffectEvent(() => (session ? followServerPreferences(session) : undefined));
    const personId = session?.user.id;
    useEffect(() => {
        if (personId !== undefined) return follow();
    }, [personId]);
    // Once signed in, the page stays: an expired sign-in is asked for over it.
    if (session) return <WithSession session={session} />;
    if (query.isPending) return null;
    if (isProblem(query.error, 'unauthenticated')) {
        const here = search ? `${path}?${search}` : path;
        return <Redirect replace to={here === '/' ? '/sign-in' : `/sign-in?next=${encodeURIComponent(here)}`} />;
    }
    return (
        <main>
            <h1 className="visually-hidden">{shellTexts.product}</h1>
            <ErrorState what={shellTexts.startFailed} error={query.error} onRetry={() => void query.refetch()} />
        </main>
    );
}

function WithSession({ session }: { session: Session }) {
    return (
        <SessionContext value={session}>
            <Shell />
            <Doorkeeper />
        </SessionContext>
    );
}
