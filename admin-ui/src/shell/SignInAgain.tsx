import { useQueryClient } from '@tanstack/react-query';
import { useContext } from 'react';

import { type Session, SessionContext, sessionKey } from '../api/session';
import { liveFeed } from '../api/live';
import { Button } from '../components/Button';
import { Dialog } from '../components/Dialog';
import { SignInForm } from './SignInForm';
import { shellTexts } from './texts';

/** Another person than before must not go on with what is open: the page is loaded anew. */
export default function SignInAgain({ onDone }: { onDone(): void }) {
    const client = useQueryClient();
    const before = useContext(SessionContext);
    return (
        <Dialog
            open
            insistent
            onClose={() => undefined}
            size="small"
            title={shellTexts.signInAgain.title}
            description={shellTexts.signInAgain.description}
            footer={<Button variant="quiet" onClick={() => location.assign('/sign-in')}>{shellTexts.signInAgain.otherPerson}</Button>}
        >
            <SignInForm
                name={before?.user.name}
                onSignedIn={(session: Session) => {
                    if (before && session.user.id !== before.user.id) {
                        location.reload();
                        return;
                    }
                    client.setQueryData(sessionKey, session);
                    liveFeed.retryNow();
                    onDone();
                }}
            />
        </Dialog>
    );
}
