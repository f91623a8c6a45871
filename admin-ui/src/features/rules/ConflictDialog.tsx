// Two people changed the same rule: shows what both want, field by field, and lets the person choose.
import { StaleDialog } from '../../components/StaleDialog';
import { ago } from '../../format/durations';
import { fieldLabel, valueText } from '../../policy/differenceWords';
import type { Rule } from '../../policy/types';
import css from './dialogs.module.css';
import { type Patch, pathsOf, valueAt } from './mergePatch';
import { rulesTexts } from './texts';
import type { Conflict } from './useRuleChanges';

interface ConflictDialogProps {
    conflict: Conflict;
    onSeeTheirs(): void;
    onPutMineOnTop(theirs: Rule, patch: Patch): void;
    onDropMine(): void;
}

export function ConflictDialog({ conflict, onSeeTheirs, onPutMineOnTop, onDropMine }: ConflictDialogProps) {
    const { patch, theirs } = conflict;
    const mine = patch && theirs && !conflict.overlaps ? () => onPutMineOnTop(theirs, patch) : undefined;
    return (
        <StaleDialog
            open
            by={conflict.by ? { name: conflict.by, when: conflict.at ? ago(conflict.at) : '' } : null}
            onSeeTheirs={onSeeTheirs}
            onPutMineOnTop={mine}
            onDropMine={onDropMine}
        >
            {!theirs && <p>{rulesTexts.conflict.removed}</p>}
            {patch && theirs && (
                <table className={css.conflict}>
                    <thead>
                        <tr>
                            <th scope="col">{rulesTexts.conflict.field}</th>
                            <th scope="col">{rulesTexts.conflict.theirs}</th>
                            <th scope="col">{rulesTexts.conflict.yours}</th>
                        </tr>
                    </thead>
                    <tbody>
                        {pathsOf(patch).map((path) => (
                            <tr key={path}>
                                <th scope="row">{fieldLabel(path)}</th>
                                <td>{valueText(path, valueAt(theirs, path))}</td>
                                <td>{valueText(path, valueAt(patch, path))}</td>
                            </tr>
                        ))}
                    </tbody>
                </table>
            )}
        </StaleDialog>
    );
}
