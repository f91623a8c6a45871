// Every text of the pages, by folder: the one place to start a translation from. Pages import their
// own part directly, so that a page is loaded with its own texts only.
import { componentTexts } from './components/texts';
import { adminEventsTexts } from './features/admin-events/texts';
import { auditTexts } from './features/audit/texts';
import { exportsTexts } from './features/exports/texts';
import { healthTexts } from './features/health/texts';
import { listsTexts } from './features/lists/texts';
import { historyTexts } from './features/history/texts';
import { meTexts } from './features/me/texts';
import { overviewTexts } from './features/overview/texts';
import { pacTexts } from './features/pac/texts';
import { peopleTexts } from './features/people/texts';
import { rulesTexts } from './features/rules/texts';
import { sessionsTexts } from './features/sessions/texts';
import { settingsTexts } from './features/settings/texts';
import { setupTexts } from './features/setup/texts';
import { signInTexts } from './features/sign-in/texts';
import { tokensTexts } from './features/tokens/texts';
import { whyTexts } from './features/why/texts';
import { websocketTexts } from './features/websocket/texts';
import { whatIfTexts } from './features/what-if/texts';
import { policyTexts } from './policy/texts';
import { shellTexts } from './shell/texts';

export const texts = {
    adminEvents: adminEventsTexts,
    audit: auditTexts,
    components: componentTexts,
    exports: exportsTexts,
    health: healthTexts,
    lists: listsTexts,
    history: historyTexts,
    me: meTexts,
    overview: overviewTexts,
    pac: pacTexts,
    people: peopleTexts,
    policy: policyTexts,
    rules: rulesTexts,
    sessions: sessionsTexts,
    settings: settingsTexts,
    setup: setupTexts,
    shell: shellTexts,
    signIn: signInTexts,
    tokens: tokensTexts,
    why: whyTexts,
    websocket: websocketTexts,
    whatIf: whatIfTexts,
};
