// Ctrl K: one box that finds pages at once and rules, lists, people and hosts through the server.
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Search } from 'lucide-react';
import { type KeyboardEvent, useDeferredValue, useId, useState } from 'react';
import { useLocation } from 'wouter';

import { api } from '../api/client';
import { roleReaches, useSession } from '../api/session';
import { Dialog } from '../components/Dialog';
import css from './FindBox.module.css';
import { navigation } from './navigation';
import { shellTexts } from './texts';

interface Found {
    kind: string;
    label: string;
    detail: string | null;
    route: string;
}

export default function FindBox({ onClose }: { onClose(): void }) {
    const [, navigate] = useLocation();
    const { role } = useSession();
    const listId = useId();
    const [typed, setTyped] = useState('');
    const [active, setActive] = useState(0);
    const q = useDeferredValue(typed.trim());
    const server = useQuery({
        queryKey: ['find', q],
        queryFn: async ({ signal }) => (await api.get<{ items: Found[] }>('/find', { query: { q }, signal })).data.items,
        enabled: q.length >= 2,
        placeholderData: keepPreviousData,
    });
    const pages: Found[] = navigation
        .flatMap((group) => group.entries)
        .filter((entry) => roleReaches(role, entry.least) && entry.label.toLowerCase().includes(q.toLowerCase()))
        .map((entry) => ({ kind: 'page', label: entry.label, detail: null, route: entry.path }));
    const others = q.length >= 2 ? (server.data ?? []).filter((found) => found.kind !== 'page') : [];
    const found = [...pages, ...others].slice(0, 20);
    const chosen = Math.min(active, found.length - 1);

    function open(item: Found | undefined): void {
        if (!item) return;
        onClose();
        navigate(item.route);
    }

    function onKeyDown(event: KeyboardEvent): void {
        if (event.key === 'ArrowDown') setActive((chosen + 1) % Math.max(1, found.length));
        else if (event.key === 'ArrowUp') setActive((chosen - 1 + found.length) % Math.max(1, found.length));
        else if (event.key === 'Enter') open(found[chosen]);
        else return;
        event.preventDefault();
    }

    return (
        <Dialog open onClose={onClose} title={shellTexts.find.label}>
            <div className={css.box}>
                <Search aria-hidden="true" size={16} />
                <input
                    type="text"
                    role="combobox"
                    aria-label={shellTexts.find.label}
                    aria-expanded={found.length > 0}
                    aria-controls={listId}
                    aria-activedescendant={chosen >= 0 ? `${listId}-${chosen}` : undefined}
                    autoFocus
                    autoComplete="off"
                    spellCheck={false}
                    value={typed}
                    onChange={(event) => {
                        setTyped(event.target.value);
                        setActive(0);
                    }}
                    onKeyDown={onKeyDown}
                />
            </div>
            <ul id={listId} role="listbox" aria-label={shellTexts.find.label} className={css.list}>
                {found.map((item, index) => (
                    <li
                        key={`${item.route} ${item.label}`}
                        id={`${listId}-${index}`}
                        role="option"
                        aria-selected={index === chosen}
                        onPointerMove={() => setActive(index)}
                        onClick={() => open(item)}
                    >
                        <span className={css.label}>{item.label}</span>
                        {item.detail && <span className={css.detail}>{item.detail}</span>}
                        <span className={css.kind}>{shellTexts.find.kinds[item.kind] ?? item.kind}</span>
                    </li>
                ))}
            </ul>
            <p className={css.hint} role="status">
                {found.length === 0 && !server.isFetching ? shellTexts.find.nothing(q) : shellTexts.find.hint}
            </p>
        </Dialog>
    );
}
