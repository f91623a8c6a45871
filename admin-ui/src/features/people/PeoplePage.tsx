// Who may sign in, with which role. Admins only.
import { Search, UserPlus } from 'lucide-react';
import { useMemo, useState } from 'react';

import { useSession } from '../../api/session';
import type { Role } from '../../api/types';
import { Button } from '../../components/Button';
import { Chip } from '../../components/Chip';
import { Select, TextField } from '../../components/Field';
import { PageHeader } from '../../components/Panel';
import { EmptyState, ErrorState, Skeleton } from '../../components/States';
import { NarrowTable, useMedia } from '../../components/useMedia';
import { type Column, VirtualTable } from '../../components/VirtualTable';
import { ago } from '../../format/durations';
import { choice, optional, text } from '../../shell/urlState';
import { usePageTitle } from '../../shell/usePageTitle';
import { useUrlState } from '../../shell/useUrlState';
import { AddPersonDialog } from './AddPersonDialog';
import { type Person, usePeople } from './people';
import css from './PeoplePage.module.css';
import { PersonPanel } from './PersonPanel';
import { peopleTexts as texts } from './texts';

const roles = ['admin', 'editor', 'auditor', 'help-desk'] as const satisfies readonly Role[];
const parts = { q: text(), role: choice(['any', ...roles], 'any'), id: optional() };

export default function PeoplePage() {
    usePageTitle(texts.title);
    const [url, setUrl] = useUrlState(parts);
    const { user } = useSession();
    const people = usePeople();
    const [adding, add] = useState(false);
    const narrow = useMedia(NarrowTable);
    const all = people.data ?? [];
    const q = url.q.trim().toLowerCase();
    const rows = all.filter((person) => (url.role === 'any' || person.role === url.role) && (q === '' || `${person.name} ${person.display}`.toLowerCase().includes(q)));
    const chosen = all.find((person) => person.id === url.id);
    const widths = url.id === null && !narrow ? 'all' : 'few';
    const columns = useMemo(() => columnsFor(user.id, widths), [user.id, widths]);
    const admins = all.filter((person) => person.role === 'admin' && !person.disabled);
    return (
        <div className={css.page}>
            <PageHeader title={texts.title} actions={<Button variant="primary" icon={UserPlus} onClick={() => add(true)}>{texts.add}</Button>}>{texts.lead}</PageHeader>
            {people.data && (all.length === 1 || admins.every((person) => !person.totp)) && (
                <p className={css.advice}>{all.length === 1 ? texts.onlyYou : texts.noTotp}</p>
            )}
            <div className={css.bar}>
                <TextField className={css.search} label={texts.search} labelHidden placeholder={texts.search} icon={Search} type="search" data-search value={url.q} onChange={(next) => setUrl({ q: next })} />
                <Select label={texts.role} labelHidden value={url.role} onChange={(next) => setUrl({ role: next })} options={[{ value: 'any', label: texts.anyRole }, ...roles.map((value) => ({ value, label: texts.roles[value] }))]} />
            </div>
            <div className={css.split}>
                <section className={css.table} aria-label={texts.title}>
                    {people.isPending ? <div className={css.pad}><Skeleton rows={6} /></div>
                        : !people.data ? <ErrorState what={texts.what} error={people.error} onRetry={() => void people.refetch()} />
                        : (
                            <VirtualTable
                                label={texts.title}
                                rows={rows}
                                columns={columns}
                                rowKey={idOf}
                                openKey={url.id}
                                onOpen={(row) => setUrl({ id: row.id }, { push: true })}
                                onActive={(row) => {
                                    if (url.id) setUrl({ id: row.id });
                                }}
                                empty={<EmptyState title={texts.noMatch} action={<Button onClick={() => setUrl({ q: '', role: 'any' })}>{texts.dropFilter}</Button>}>{null}</EmptyState>}
                            />
                        )}
                </section>
                {chosen && <PersonPanel key={chosen.id} person={chosen} onClose={() => setUrl({ id: null }, { push: true })} />}
            </div>
            {adding && (
                <AddPersonDialog
                    onClose={(made) => {
                        add(false);
                        if (made) setUrl({ id: made.id }, { push: true });
                    }}
                />
            )}
        </div>
    );
}

function idOf(person: Person): string {
    return person.id;
}

function columnsFor(own: string, room: 'all' | 'few'): Array<Column<Person>> {
    const heads = texts.columns;
    const all: Array<Column<Person>> = [
        {
            id: 'name', title: heads.name, width: 'minmax(120px, 1.4fr)',
            render: (row) => (
                <>
                    <b className={css.name}>{row.name}</b> <span className={css.quiet}>{row.display}</span> {row.id === own && <Chip tone="accent">{texts.you}</Chip>}
                </>
            ),
        },
        { id: 'role', title: heads.role, width: '70px', render: (row) => texts.roles[row.role] },
        { id: 'totp', title: heads.totp, width: '110px', render: (row) => (row.totp ? texts.totpOn : <span className={css.quiet}>{texts.totpOff}</span>) },
        { id: 'last', title: heads.last, width: '120px', render: (row) => (row.last_sign_in_at ? <time dateTime={row.last_sign_in_at}>{ago(row.last_sign_in_at)}</time> : <span className={css.quiet}>{texts.never}</span>) },
        { id: 'open', title: heads.open, width: '104px', align: 'end', render: (row) => row.open_sign_ins },
        { id: 'state', title: heads.state, width: 'minmax(126px, 1fr)', render: (row) => <PersonState person={row} /> },
    ];
    const few = new Set(['name', 'role', 'state']);
    return room === 'all' ? all : all.filter((column) => few.has(column.id));
}

export function PersonState({ person }: { person: Person }) {
    if (person.disabled) return <Chip tone="deny">{texts.states.disabled}</Chip>;
    if (person.must_change_password) return <Chip tone="warning" title={texts.states.mustChangeHint}>{texts.states.mustChange}</Chip>;
    return <Chip tone="allow">{texts.states.active}</Chip>;
}
