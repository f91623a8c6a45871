import type { Schema } from '../../api/types';
import { BarList } from '../../components/BarList';
import { Panel } from '../../components/Panel';
import { count, exactCount } from '../../format/numbers';
import css from './OverviewPage.module.css';
import { overviewTexts as texts } from './texts';
import type { Span } from './useOverview';

interface Props {
    denied: Schema<'Overview'>['top_denied'];
    span: Span;
}

/** The server says "-" for nobody. */
const Nobody = '-';

export function DeniedPanels({ denied, span }: Props) {
    return (
        <>
            <Panel title={texts.deniedHosts}>
                <Top values={denied.hosts} field="host" span={span} />
            </Panel>
            <Panel title={texts.deniedUsers}>
                {denied.users_masked ? <p className={css.quiet}>{texts.usersHidden}</p> : <Top values={denied.users} field="user" span={span} />}
            </Panel>
        </>
    );
}

function Top({ values, field, span }: { values: ReadonlyArray<Schema<'TopValue'>>; field: 'host' | 'user'; span: Span }) {
    if (values.length === 0) return <p className={css.quiet}>{texts.noDenied}</p>;
    return (
        <BarList
            items={values.slice(0, 5).map(({ value, count: number }) => {
                const nobody = field === 'user' && (value === Nobody || value === '');
                const query = new URLSearchParams({ last: span, verdict: 'deny', [field]: nobody ? '' : value });
                return {
                    key: value,
                    name: nobody ? texts.notIdentified : value,
                    value: number,
                    shown: count(number),
                    title: exactCount(number),
                    href: `/audit?${query.toString()}`,
                };
            })}
        />
    );
}
