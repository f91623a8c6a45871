// What to look for in WebSockets that are observed: profiles with their checks, and trying them out.
import { Info, Plus, Search } from 'lucide-react';

import { Button } from '../../components/Button';
import { Chip } from '../../components/Chip';
import { classes } from '../../components/classes';
import { TextField } from '../../components/Field';
import { Menu } from '../../components/Menu';
import { PageHeader, Panel } from '../../components/Panel';
import { StaleDialog } from '../../components/StaleDialog';
import { EmptyState, ErrorState, Skeleton } from '../../components/States';
import { PolicyOwnerBanner, usePolicyNeeds } from '../../policy/PolicyOwner';
import { useWsProfiles, type WsProfile, type WsProfiles } from '../../policy/queries';
import { optional, text } from '../../shell/urlState';
import { usePageTitle } from '../../shell/usePageTitle';
import { useUrlState } from '../../shell/useUrlState';
import { freeName } from './checkKinds';
import { ProfileEditor } from './ProfileEditor';
import { Tester } from './Tester';
import { websocketTexts } from './texts';
import { type ProfileInput, useProfileChanges } from './useProfileChanges';
import css from './WebSocket.module.css';

const parts = { q: text(), id: optional() };

const Templates: Record<keyof typeof websocketTexts.template, ProfileInput['checks']> = {
    large: [{ name: 'Large', largerThan: '1MiB', action: 'note' }],
    binary: [{ name: 'Binary', kind: 'binary', action: 'note' }],
    rate: [{ name: 'Fast', messagesPerSecond: 50, action: 'slow', rate: '64KiB' }],
    blank: [],
};

export default function WebSocketPage() {
    usePageTitle(websocketTexts.title);
    const profiles = useWsProfiles();
    if (profiles.data) return <Loaded profiles={profiles.data} />;
    return (
        <>
            <PageHeader title={websocketTexts.title}>{websocketTexts.explains}</PageHeader>
            {profiles.error ? <ErrorState what={websocketTexts.failed} error={profiles.error} onRetry={() => void profiles.refetch()} /> : <Skeleton rows={8} />}
        </>
    );
}

function Loaded({ profiles }: { profiles: WsProfiles }) {
    const [state, setState] = useUrlState(parts);
    const needs = usePolicyNeeds();
    const changes = useProfileChanges((from, to) => {
        if (state.id === from || state.id === null) setState({ id: to });
    });
    const { items } = profiles;
    const chosen = items.find((profile) => profile.id === state.id) ?? (state.id === null ? items[0] : undefined);
    const shown = items.filter((profile) => profile.name.toLowerCase().includes(state.q.trim().toLowerCase()));

    async function begin(template: keyof typeof Templates): Promise<void> {
        const name = freeName(items.map((profile) => profile.name ?? ''), websocketTexts.template[template].profile);
        const id = await changes.add({ name, checks: Templates[template] });
        if (id !== null) setState({ id, q: '' }, { push: true });
    }
    const offers = (Object.keys(Templates) as Array<keyof typeof Templates>).map((template) => ({
        template, ...websocketTexts.template[template], start: () => void begin(template),
    }));

    return (
        <>
            <PageHeader
                title={websocketTexts.title}
                actions={
                    <Menu
                        trigger={<Button variant="primary" icon={Plus}>{websocketTexts.new}</Button>}
                        items={offers.map(({ name, start }) => ({ label: name, reason: needs, onSelect: start }))}
                    />
                }
            >
                {websocketTexts.explains}
            </PageHeader>
            <PolicyOwnerBanner />
            {profiles.without_tls_inspection && <p className={css.notice}><Info size={15} aria-hidden="true" /> {websocketTexts.blindToTls}</p>}
            {items.length === 0 ? (
                <Panel>
                    <EmptyState
                        action={<div className={css.templates}>{offers.map(({ template, name, hint, start }) => (
                            <div key={template} className={css.template}>
                                <Button reason={needs} onClick={start}>{name}</Button>
                                <span>{hint}</span>
                            </div>
                        ))}</div>}
                    >
                        {websocketTexts.empty}
                    </EmptyState>
                </Panel>
            ) : (
                <div className={css.columns}>
                    <Panel flush className={css.listPanel}>
                        <div className={css.search} data-search>
                            <TextField label={websocketTexts.find} labelHidden type="search" icon={Search} placeholder={websocketTexts.find} value={state.q} onChange={(q) => setState({ q })} />
                        </div>
                        <nav aria-label={websocketTexts.list}>
                            <ul>{shown.map((profile) => <ProfileEntry key={profile.id} profile={profile} isChosen={profile.id === chosen?.id} onChoose={() => setState({ id: profile.id })} />)}</ul>
                        </nav>
                        {shown.length === 0 && <EmptyState action={<Button onClick={() => setState({ q: '' })}>{websocketTexts.showAll}</Button>}>{websocketTexts.noMatch(state.q)}</EmptyState>}
                    </Panel>
                    {chosen ? (
                        <div className={css.detail}>
                            <ProfileEditor
                                key={chosen.id}
                                profile={chosen as WsProfile & ProfileInput}
                                patterns={profiles.patterns}
                                errors={changes.errors}
                                reason={needs}
                                onPatch={(patch) => changes.patch(chosen, patch)}
                                onRemove={() => void changes.remove(chosen).then((gone) => gone && setState({ id: null }))}
                            />
                            <Tester key={`${chosen.id} tester`} profile={chosen} />
                        </div>
                    ) : <Panel><EmptyState>{websocketTexts.choose}</EmptyState></Panel>}
                </div>
            )}
            {changes.stale && (
                <StaleDialog
                    open
                    by={changes.stale.by ? { name: changes.stale.by, when: '' } : null}
                    onSeeTheirs={changes.dropStale}
                    onDropMine={changes.dropStale}
                />
            )}
        </>
    );
}

function ProfileEntry({ profile, isChosen, onChoose }: { profile: WsProfile; isChosen: boolean; onChoose(): void }) {
    const { name = '', checks = [] } = profile as WsProfile & ProfileInput;
    return (
        <li>
            <button type="button" aria-current={isChosen || undefined} className={classes(css.entry, isChosen && css.chosen)} onClick={onChoose}>
                <b>{name}</b>
                {profile.change && <Chip tone={profile.change === 'new' ? 'allow' : 'warning'}>{websocketTexts.tag[profile.change]}</Chip>}
                <span>{websocketTexts.checkCount(checks.length)}, {profile.used_by.length > 0 ? websocketTexts.usedBy(profile.used_by.length) : websocketTexts.unused}</span>
            </button>
        </li>
    );
}
