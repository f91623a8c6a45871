// A page that breaks does not take the others with it.
import { Component, type ReactNode } from 'react';

import { ErrorState } from '../components/States';
import { shellTexts } from './texts';

interface State {
    error: Error | null;
}

export class PageBoundary extends Component<{ children: ReactNode }, State> {
    override state: State = { error: null };

    static getDerivedStateFromError(error: Error): State {
        return { error };
    }

    override render(): ReactNode {
        if (!this.state.error) return this.props.children;
        // A chunk that is gone means a newer version is on the server: loading anew brings it.
        return (
            <>
                <h1>{document.title.replace(/ · .*/, '')}</h1>
                <ErrorState what={shellTexts.pageFailed} error={{ message: this.state.error.message, detail: shellTexts.pageBroke }} onRetry={() => location.reload()} />
            </>
        );
    }
}
