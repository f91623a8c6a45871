// A profile: how its sessions are handled as a whole, and its checks in their order.
import { Plus, Trash2 } from 'lucide-react';
import { Link } from 'wouter';

import { Button } from '../../components/Button';
import { Checkbox, TextField } from '../../components/Field';
import { Panel } from '../../components/Panel';
import { ago } from '../../format/durations';
import { exactCount } from '../../format/numbers';
import type { WsProfile } from '../../policy/queries';
import { useTyped } from '../../policy/useSaved';
import { CheckCard } from './CheckCard';
import { CheckHits } from './CheckHits';
import { type Check, moved, newCheck } from './checkKinds';
import { websocketTexts } from './texts';
import { useCheckStats } from './useCheckStats';
import type { ProfileInput, ProfilePatch } from './useProfileChanges';
import css from './WebSocket.module.css';

interface ProfileEditorProps {
    profile: WsProfile & ProfileInput;
    patterns: readonly string[];
    errors: Readonly<Record<string, string>>;
    reason: string | undefined;
    onPatch(patch: ProfilePatch): Promise<boolean>;
    onRemove(): void;
}

export function ProfileEditor({ profile, patterns, errors, reason, onPatch, onRemove }: ProfileEditorProps) {
    const texts = websocketTexts;
    const readOnly = reason !== undefined;
    const { checks } = profile;
    const stats = useCheckStats(profile.id);
    const name = useTyped(profile.name, profile.etag, (value) => onPatch({ name: value }));
    const hold = useTyped(profile.hold ?? '', profile.etag, (value) => onPatch({ hold: value === '' ? null : value }));
    const put = (next: readonly Check[]) => onPatch({ checks: [...next] });
    return (
        <Panel
            title={profile.name}
            actions={<Button size="small" variant="danger" icon={Trash2} reason={reason ?? (profile.used_by.length > 0 ? texts.inUse : undefined)} onClick={onRemove}>{texts.remove}</Button>}
        >
            <div className={css.editor}>
                <div className={css.fields}>
                    <TextField label={texts.name} readOnly={readOnly} error={errors.name} {...name} />
                    <TextField label={texts.hold} hint={texts.holdHint} readOnly={readOnly} error={errors.hold} {...hold} />
                </div>
                <Checkbox label={texts.digests} checked={profile.digests ?? false} disabled={readOnly} onChange={(digests) => void onPatch({ digests: digests || null })} />
                <Checkbox label={texts.closeFrame} checked={profile.closeFrame ?? false} disabled={readOnly} onChange={(closeFrame) => void onPatch({ closeFrame: closeFrame || null })} />
                <UsedBy profile={profile} />
                <div className={css.checksHead}>
                    <h3>{texts.checks}</h3>
                    <Button
                        size="small"
                        icon={Plus}
                        reason={reason}
                        onClick={() => void put([...checks, newCheck(checks.map((check) => check.name), texts.checkName)])}
                    >
                        {texts.addCheck}
                    </Button>
                </div>
                {checks.length === 0 && <p className={css.quiet}>{texts.noChecks}</p>}
                <ol className={css.checks}>
                    {checks.map((check, index) => (
                        <CheckCard
                            key={`${index} ${checks.length}`}
                            check={check}
                            etag={profile.etag}
                            patterns={patterns}
                            hits={stats && <CheckHits stats={stats.get(check.name)} />}
                            errors={errorsOf(errors, index)}
                            reason={reason}
                            onChange={(next) => put(checks.map((each, at) => (at === index ? next : each)))}
                            onMove={{
                                up: index > 0 ? () => void put(moved(checks, index, index - 1)) : undefined,
                                down: index < checks.length - 1 ? () => void put(moved(checks, index, index + 1)) : undefined,
                            }}
                            onRemove={() => void put(checks.filter((_, at) => at !== index))}
                        />
                    ))}
                </ol>
            </div>
        </Panel>
    );
}

function UsedBy({ profile }: { profile: WsProfile }) {
    const texts = websocketTexts;
    if (profile.used_by.length === 0) return <p className={css.quiet}>{texts.noRules} <Link href="/rules?layer=inspection">{texts.addRule}</Link></p>;
    return (
        <p className={css.quiet}>
            {texts.rules}{' '}
            {profile.used_by.map((rule, index) => (
                <span key={rule.rule_id ?? 'default'}>
                    {index > 0 && ', '}
                    {rule.rule_id === null ? texts.defaultOfLayer : <Link href={`/rules?layer=inspection&id=${encodeURIComponent(rule.rule_id)}`}>{rule.name}</Link>}
                </span>
            ))}
            . {texts.sessions(exactCount(profile.hits), profile.last_hit_at ? ago(profile.last_hit_at) : null)}.
        </p>
    );
}

/** "checks.2.largerThan" is "largerThan" of the third. */
function errorsOf(errors: Readonly<Record<string, string>>, index: number): Record<string, string> {
    const prefix = `checks.${index}.`;
    return Object.fromEntries(Object.entries(errors).filter(([name]) => name.startsWith(prefix)).map(([name, message]) => [name.slice(prefix.length), message]));
}
