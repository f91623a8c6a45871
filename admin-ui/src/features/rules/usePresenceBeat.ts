// Tells the others which rule this person edits, for as long as the editor is open.
import { useEffect } from 'react';

import { api } from '../../api/client';

const Beat = 15_000; // the server forgets after 30 s

export function usePresenceBeat(ruleId: string | null): void {
    useEffect(() => {
        if (ruleId === null) return;
        // Nobody depends on it: a lost beat is made up for by the next one.
        const tell = (id: string | null) => void api.put('/policy/draft/presence', { rule_id: id }, {}).catch(() => undefined);
        tell(ruleId);
        const timer = setInterval(() => tell(ruleId), Beat);
        return () => {
            clearInterval(timer);
            tell(null);
        };
    }, [ruleId]);
}
