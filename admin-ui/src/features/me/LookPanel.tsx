import { useMemo } from 'react';

import { Select, Switch } from '../../components/Field';
import { Panel } from '../../components/Panel';
import { SegmentedControl } from '../../components/SegmentedControl';
import { setPreferences, usePreferences } from '../../shell/preferences';
import { shellTexts } from '../../shell/texts';
import css from './MePage.module.css';
import { meTexts } from './texts';

const texts = meTexts.pages;

export function LookPanel() {
    const preferences = usePreferences();
    const zones = useMemo(() => {
        const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
        return [...new Set(['UTC', own, preferences.zone, ...Intl.supportedValuesOf('timeZone')])].map((zone) => ({ value: zone, label: zone }));
    }, [preferences.zone]);
    return (
        <Panel title={texts.title}>
            <div className={css.form}>
                <div>
                    <p className={css.label}>{texts.theme}</p>
                    <SegmentedControl
                        label={texts.theme}
                        value={preferences.theme}
                        onChange={(theme) => setPreferences({ theme })}
                        options={(['system', 'light', 'dark'] as const).map((value) => ({ value, label: shellTexts.theme[value] }))}
                    />
                </div>
                <div>
                    <p className={css.label}>{texts.density}</p>
                    <SegmentedControl
                        label={texts.density}
                        value={preferences.density}
                        onChange={(density) => setPreferences({ density })}
                        options={(['compact', 'normal', 'comfortable'] as const).map((value) => ({ value, label: texts[value] }))}
                    />
                </div>
                <Select label={texts.zone} hint={texts.zoneHint} value={preferences.zone} onChange={(zone) => setPreferences({ zone })} options={zones} />
                <div>
                    <Switch label={texts.letters} labelShown checked={preferences.letterKeys} onChange={(letterKeys) => setPreferences({ letterKeys })} />
                    <p className={css.text}>{texts.lettersHint}</p>
                </div>
            </div>
        </Panel>
    );
}
