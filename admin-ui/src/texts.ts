// Every text of the pages, by folder: the one place to start a translation from. Pages import their
// own part directly, so that a page is loaded with its own texts only.
import { componentTexts } from './components/texts';
import { healthTexts } from './features/health/texts';
import { listsTexts } from './features/lists/texts';
import { meTexts } from './features/me/texts';
import { overviewTexts } from './features/overview/texts';
import { pacTexts } from './features/pac/texts';
import { sessionsTexts } from './features/sessions/texts';
import { setupTexts } from './features/setup/texts';
import { signInTexts } from './features/sign-in/texts';
import { shellTexts } from './shell/texts';

export const texts = {
    components: componentTexts,
    health: healthTexts,
    lists: listsTexts,
    me: meTexts,
    overview: overviewTexts,
    pac: pacTexts,
    sessions: sessionsTexts,
    setup: setupTexts,
    shell: shellTexts,
    signIn: signInTexts,
};
