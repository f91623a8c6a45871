// In place of the sessions, where a search names users and their names are hidden, perhaps again.
import { EyeOff } from 'lucide-react';

import { Button } from '../../components/Button';
import { EmptyState } from '../../components/States';
import { type Filter, withoutField } from './filter';
import tableCss from './SessionTable.module.css';
import { auditTexts } from './texts';

const texts = auditTexts.privacy;

export default function NamesHidden({ filter, onFilter }: { filter: Filter; onFilter(filter: Filter): void }) {
    return (
        <section className={tableCss.table} role="status">
            <EmptyState
                icon={EyeOff}
                title={texts.notByUser}
                action={<Button onClick={() => onFilter(withoutField(filter, 'user'))}>{texts.withoutUser}</Button>}
            >
                {texts.notByUserText}
            </EmptyState>
        </section>
    );
}
