// The frame around every page: navigation, top bar, keys, live regions.
import { lazy, Suspense, useCallback, useEffect, useRef, useState } from 'react';
import { Link, Route, Switch, useLocation } from 'wouter';

import { roleReaches, useSession } from '../api/session';
import { PageHeader, Panel } from '../components/Panel';
import { NoPermission, Skeleton } from '../components/States';
import { Toasts } from '../components/Toasts';
import { dialogIsOpen, useKeys } from './keys';
import { LiveBar } from './LiveBar';
import { Navigation } from './Navigation';
import { navigation } from './navigation';
import { PageBoundary } from './PageBoundary';
import { usePolicyEvents } from './policyQueries';
import { type Route as PageRoute, routes } from './routes';
import css from './Shell.module.css';
import { shellTexts } from './texts';
import { TopBar } from './TopBar';
import { usePageTitle } from './usePageTitle';

const FindBox = lazy(() => import('./FindBox'));
const KeyList = lazy(() => import('./KeyList'));

type Layer = 'none' | 'menu' | 'find' | 'keys';

/** How long `g` waits for its letter. */
const SecondKeyWithin = 1500;

export function Shell() {
    const [layer, setLayer] = useState<Layer>('none');
    const [path, navigate] = useLocation();
    const main = useRef<HTMLElement>(null);
    usePolicyEvents();

    const goPressedAt = useRef(0);
    useKeys({
        '?': () => setLayer('keys'),
        '/': () => {
            const field = main.current?.querySelector<HTMLInputElement>('input[type="search"], [data-search] input, input[data-search]');
            if (!field) return false;
            field.focus();
            field.select();
        },
        g: () => {
            goPressedAt.current = Date.now();
        },
    });
    useSecondKey(goPressedAt, navigate);
    useEffect(() => {
        const listener = (event: KeyboardEvent) => {
            if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === 'k') {
                event.preventDefault();
                if (!dialogIsOpen()) setLayer('find');
            }
        };
        document.addEventListener('keydown', listener);
        return () => document.removeEventListener('keydown', listener);
    }, []);

    // A new page begins at its top, and with it what screen readers say.
    const page = path.split('/')[1] ?? '';
    useEffect(() => {
        main.current?.scrollTo?.(0, 0);
    }, [page]);

    const close = useCallback(() => setLayer('none'), []);
    const openMenu = useCallback(() => setLayer('menu'), []);
    const openFind = useCallback(() => setLayer('find'), []);
    const openKeys = useCallback(() => setLayer('keys'), []);
    return (
        <div className={css.shell}>
            <a
                className={css.skip}
                href="#page"
                onClick={(event) => {
                    event.preventDefault();
                    main.current?.focus();
                }}
            >
                {shellTexts.skip}
            </a>
            <Navigation opened={layer === 'menu'} path={`/${page}`} onClose={close} />
            {layer === 'menu' && <div className={css.scrim} onClick={close} />}
            <div className={css.column} inert={layer === 'menu'}>
                <TopBar onOpenMenu={openMenu} onFind={openFind} onKeys={openKeys} />
                <LiveBar />
                <main ref={main} id="page" tabIndex={-1} className={css.main}>
                    <PageBoundary key={page}>
                        <Suspense fallback={<Skeleton rows={8} />}>
                            <Switch>
                                {routes.map((route) => (
                                    <Route key={route.path} path={route.path}>
                                        <Guarded route={route} />
                                    </Route>
                                ))}
                                <Route>
                                    <NotFound />
                                </Route>
                            </Switch>
                        </Suspense>
                    </PageBoundary>
                </main>
            </div>
            <Toasts />
            <Suspense>
                {layer === 'find' && <FindBox onClose={close} />}
                {layer === 'keys' && <KeyList onClose={close} />}
            </Suspense>
        </div>
    );
}

/** `g` then a letter. Captured before the pages' own single keys see the letter. */
function useSecondKey(goPressedAt: { current: number }, navigate: (path: string) => void): void {
    useEffect(() => {
        const listener = (event: KeyboardEvent) => {
            if (goPressedAt.current === 0 || event.key === 'g') return;
            const inTime = Date.now() - goPressedAt.current < SecondKeyWithin;
            goPressedAt.current = 0;
            const entry = navigation.flatMap((group) => group.entries).find((each) => each.letter === event.key);
            if (!inTime || !entry || event.ctrlKey || event.metaKey || event.altKey) return;
            event.preventDefault();
            event.stopPropagation();
            navigate(entry.path);
        };
        document.addEventListener('keydown', listener, { capture: true });
        return () => document.removeEventListener('keydown', listener, { capture: true });
    }, [goPressedAt, navigate]);
}

function Guarded({ route }: { route: PageRoute }) {
    const { role } = useSession();
    if (roleReaches(role, route.least)) return <route.Page />;
    return <Refused route={route} />;
}

function Refused({ route }: { route: PageRoute }) {
    const { role } = useSession();
    usePageTitle(route.title);
    return (
        <>
            <PageHeader title={route.title} />
            <Panel><NoPermission needed={route.least} own={role} /></Panel>
        </>
    );
}

function NotFound() {
    const [path] = useLocation();
    usePageTitle(shellTexts.pages.notFound);
    return (
        <>
            <PageHeader title={shellTexts.pages.notFound}>{shellTexts.notFound(path)}</PageHeader>
            <Link href="/">{shellTexts.toOverview}</Link>
        </>
    );
}
