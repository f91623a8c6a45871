// One setting: what it does, its value, its default, where the value comes from.
import { Undo2 } from 'lucide-react';

import { IconButton } from '../../components/Button';
import { Chip } from '../../components/Chip';
import { Select, Textarea, TextField } from '../../components/Field';
import { type Setting, textOf } from './settings';
import css from './SettingsPage.module.css';
import { settingsTexts as texts } from './texts';

interface Props {
    setting: Setting;
    readOnly: boolean;
    /** What was typed; null: the default; undefined: nothing. */
    edit: string | null | undefined;
    onEdit(text: string | null): void;
    error: string | undefined;
}

export function SettingField({ setting, readOnly, edit, onEdit, error }: Props) {
    const value = edit === undefined ? textOf(setting) : edit ?? setting.defaults.join('\n');
    const fallback = setting.default_note || setting.defaults.join(', ') || texts.noDefault;
    const hint = (
        <>
            {sentence(setting.help)}
            {setting.repeatable && !readOnly && ` ${texts.severalHint}`} <span className={css.default}>{texts.default(fallback)}.</span>
        </>
    );
    const common = { label: setting.name, hint, error, value, onChange: onEdit, className: css.grow };
    return (
        <div className={css.setting}>
            <div className={css.control}>
                {readOnly ? <TextField {...common} value={value.replaceAll('\n', ', ')} readOnly placeholder={fallback} />
                    : setting.words.length > 0 ? <Select {...common} options={setting.words.map((word) => ({ value: word, label: word }))} />
                    : setting.repeatable ? <Textarea {...common} rows={Math.max(2, setting.values.length + 1)} spellCheck={false} placeholder={fallback} />
                    : <TextField {...common} spellCheck={false} placeholder={fallback} />}
                {!readOnly && setting.source === 'config_file' && edit === undefined && <IconButton icon={Undo2} label={texts.toDefaultLabel(setting.name)} onClick={() => onEdit(null)} />}
            </div>
            <p className={css.facts}>
                <Chip tone={setting.source === 'default' ? 'plain' : 'accent'} title={setting.source_text}>{texts.sources[setting.source]}</Chip>
                {setting.restart_pending ? <Chip tone="warning" title={texts.pendingHint}>{texts.pending}</Chip>
                    : setting.needs_restart && <Chip title={texts.needsRestartHint}>{texts.needsRestart}</Chip>}
                {edit === null && <span>{texts.willBeDefault}</span>}
                {!setting.writable && <span className={css.quiet}>{setting.source === 'command_line' || setting.source === 'environment' ? texts.elsewhere(setting.source_text) : texts.fixed}</span>}
            </p>
        </div>
    );
}

function sentence(text: string): string {
    return `${text.charAt(0).toUpperCase()}${text.slice(1)}${text.endsWith('.') ? '' : '.'}`;
}
