// The last row of every layer: what happens to everything that no rule matched.
import { Select } from '../../components/Field';
import { Spark } from '../../components/Spark';
import { count, exactCount, NotApplicable } from '../../format/numbers';
import { ActionBadge } from '../../policy/ActionBadge';
import { ActionsOf, type Layer, type Limits } from '../../policy/document';
import { limitWords } from '../../policy/ruleWords';
import { policyTexts } from '../../policy/texts';
import type { PolicyDefaults, RuleStats } from '../../policy/types';
import css from './RuleList.module.css';
import { rulesTexts } from './texts';
import type { RuleChanges } from './useRuleChanges';

interface DefaultRowProps {
    layer: Layer;
    defaults: PolicyDefaults;
    stats: RuleStats | undefined;
    reason: string | undefined;
    changes: RuleChanges;
}

export function DefaultRow({ layer, defaults, stats, reason, changes }: DefaultRowProps) {
    const texts = rulesTexts.default;
    return (
        <>
            <div role="gridcell" className={css.number}>{NotApplicable}</div>
            <div role="gridcell" className={css.switch}><span className={css.any}>{texts.always}</span></div>
            <div role="gridcell" className={css.name}>
                <b>{texts.name}</b>
                <span className={css.detail}>{texts.hint}</span>
            </div>
            <div role="gridcell" className={css.who}><span className={css.any}>{policyTexts.anyone}</span></div>
            <div role="gridcell" className={css.destination}><span className={css.any}>{layer === 'guard' ? texts.guard : policyTexts.anywhere}</span></div>
            <div role="gridcell" className={css.action}><DefaultAction {...{ layer, defaults, reason, changes }} /></div>
            <div role="gridcell" className={css.hits}>
                {stats?.bars.some((bar) => bar > 0) && <Spark label={rulesTexts.bars(exactCount(stats.hits))} values={stats.bars} width={54} height={14} />}
                {stats && <b title={exactCount(stats.hits)}>{count(stats.hits)}</b>}
            </div>
            <div role="gridcell" className={css.menu}><span className="visually-hidden">{texts.noMenu}</span></div>
        </>
    );
}

function DefaultAction({ layer, defaults, reason, changes }: Omit<DefaultRowProps, 'stats'>) {
    if (layer === 'guard') return null;
    if (layer === 'emergency') return <span className={css.any}>{rulesTexts.default.emergency}</span>;
    if (layer === 'limits') {
        const words = limitWords(defaults.limits as Limits | undefined);
        return words.length === 0
            ? <span className={css.any}>{rulesTexts.default.asSettings}</span>
            : <>{words.map((each) => <span key={each} className={css.detail}>{each}</span>)}</>;
    }
    const action = actionOf(layer, defaults);
    if (reason !== undefined) return <ActionBadge action={action} />;
    return (
        <Select
            label={rulesTexts.default.action(policyTexts.layer[layer])}
            labelHidden
            value={action}
            onChange={(next) => void changes.changeDefaults({ [layer]: next }, rulesTexts.defaultSaved(policyTexts.layer[layer]))}
            options={ActionsOf[layer].map((each) => ({ value: each as string, label: policyTexts.action[each] }))}
        />
    );
}

function actionOf(layer: 'access' | 'inspection', defaults: PolicyDefaults): string {
    if (layer === 'access') return defaults.access ?? 'deny';
    const { inspection } = defaults;
    return typeof inspection === 'string' ? inspection : inspection?.action ?? 'blind';
}
