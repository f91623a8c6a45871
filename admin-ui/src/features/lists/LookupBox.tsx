// One question to all lists: which contain this host?
import { Search } from 'lucide-react';
import { useEffect, useState } from 'react';
import { Link } from 'wouter';

import { ApiProblem } from '../../api/problem';
import { Chip } from '../../components/Chip';
import { TextField } from '../../components/Field';
import { Panel } from '../../components/Panel';
import { useLookup } from './lists';
import css from './ListsPage.module.css';
import { listsTexts } from './texts';

const texts = listsTexts.lookup;
const TypingPause = 150;

export function LookupBox({ host, onChange }: { host: string; onChange(host: string): void }) {
    const asked = usePaused(host.trim());
    const answer = useLookup(asked);
    const refused = answer.error instanceof ApiProblem ? answer.error.errors[0]?.detail ?? answer.error.detail : undefined;
    const found = answer.data?.host === asked ? answer.data.items : undefined;
    return (
        <Panel className={css.lookup}>
            <TextField
                className={css.lookupField}
                label={texts.title}
                placeholder={texts.label}
                icon={Search}
                value={host}
                onChange={onChange}
                autoComplete="off"
                spellCheck={false}
                error={asked !== '' ? refused : undefined}
            />
            <div role="status" className={css.lookupAnswer}>
                {asked !== '' && !answer.isError && found && (
                    <>
                        <p>{found.length === 0 ? texts.none(asked) : texts.found(asked, found.length)}</p>
                        {found.length > 0 && (
                            <ul>
                                {found.map((each) => (
                                    <li key={each.list + each.entry}>
                                        <Link href={`/lists/${encodeURIComponent(each.list)}`}>{each.list}</Link> {texts.as(each.entry)}{' '}
                                        <Chip tone={each.in_force ? 'allow' : 'plain'}>{each.in_force ? texts.inForce : texts.notUsed}</Chip>
                                    </li>
                                ))}
                            </ul>
                        )}
                    </>
                )}
            </div>
        </Panel>
    );
}

/** The value once nothing was typed for a moment. */
function usePaused(value: string): string {
    const [paused, setPaused] = useState(value);
    useEffect(() => {
        const timer = setTimeout(() => setPaused(value), TypingPause);
        return () => clearTimeout(timer);
    }, [value]);
    return paused;
}
