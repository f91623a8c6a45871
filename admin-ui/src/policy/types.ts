// The contract's names for what pages about the policy work with.
import type { Page, Schema } from '../api/types';
import type { Layer } from './document';

export type LivePolicy = Schema<'LivePolicy'>;
/** The generator does not see that the draft's rules have all of these. */
type Whole = 'id' | 'name' | 'action' | 'mode' | 'enabled';
export type Rule = Schema<'Rule'> & Required<Pick<Schema<'Rule'>, Whole>>;
export type ChangedRule = Rule & Pick<Schema<'ChangedRule'>, 'draft_etag'>;
export type PolicyDraft = Omit<Schema<'PolicyDraft'>, 'layers'> & { layers: Record<Layer, Rule[]> };
export type NewRule = Schema<'NewRule'>;
export type RulePlace = Schema<'RulePlace'>;
/** What a refused change of a rule says beside the members of every problem. */
export interface RuleConflict {
    changed_by: string | null;
    changed_at: string | null;
    theirs: Rule | null;
    fields: string[];
}
export type PolicyWarning = Schema<'PolicyWarning'>;
export type PolicyDefaults = Schema<'PolicyDefaults'>;
export type PolicySection = Schema<'PolicySection'>;
export type PolicyDiff = Schema<'PolicyDiff'>;
export type PolicyStats = Schema<'PolicyStats'>;
export type RuleStats = PolicyStats['items'][number];
export type PolicyVersion = Schema<'PolicyVersion'>;
export type PolicyVersionDetail = Schema<'PolicyVersionDetail'>;
export type PolicyImpact = Schema<'PolicyImpact'>;
export type Presence = Schema<'Presence'>;
export type PublishRequest = Schema<'PublishRequest'>;
export type WhatIfInput = Schema<'WhatIfInput'>;
/** The generator reads the contract's "no" and "off" as false. */
export type WhatIfRow = Omit<Schema<'WhatIfRow'>, 'outcome'> & { outcome: 'match' | 'no' | 'unknown' | 'off' };
export type WhatIfResult = Omit<Schema<'WhatIfResult'>, 'trace'> & { trace: WhatIfRow[] };
export type WhatIfAnswer = Omit<Schema<'WhatIfAnswer'>, 'results'> & { results: WhatIfResult[] };
export type PolicyTest = Schema<'PolicyTest'>;
export type PolicyTestInput = Schema<'PolicyTestInput'>;
export type PolicyTestRun = Schema<'PolicyTestRun'>;
export type PolicyTestResult = Schema<'PolicyTestResult'>;
export type VersionPage = Page<PolicyVersion>;

export type DiffItem = PolicyDiff['items'][number];

/** An etag of a body, as If-Match wants it. */
export function tagOf(etag: string): string {
    return etag.startsWith('"') ? etag : `"${etag}"`;
}
