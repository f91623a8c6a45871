// The parts of a policy document that pages work on, as the document writes them. Values are kept as
// the server wrote them: nothing here decides what they mean.

export const Layers = ['access', 'inspection', 'limits', 'emergency', 'guard'] as const;
export type Layer = (typeof Layers)[number];

export type Action = 'allow' | 'deny' | 'blind' | 'observe' | 'limit';

/** What each layer's rules may do; the first is what a new rule does. */
export const ActionsOf: Record<Layer, readonly Action[]> = {
    access: ['allow', 'deny'],
    inspection: ['observe', 'blind'],
    limits: ['limit'],
    emergency: ['deny'],
    guard: ['allow', 'deny'],
};

export const ConditionNames = [
    'user', 'group', 'client', 'listener',
    'host', 'address', 'port', 'protocol',
    'sni', 'alpn', 'names', 'method', 'path', 'query', 'origin', 'subprotocol', 'time',
] as const;
export type ConditionName = (typeof ConditionNames)[number];

export type ConditionValue = string | number;
export type Conditions = Partial<Record<ConditionName, ConditionValue[]>>;
export type When = Conditions & { not?: Conditions };

export interface Limits {
    idle?: string;
    duration?: string;
    bytes?: string;
    rate?: string;
}

export interface RuleFields {
    id: string;
    name: string;
    action: Action;
    mode?: 'enforce' | 'report';
    enabled?: boolean;
    when?: When;
    starts?: string;
    expires?: string;
    profile?: string;
    limits?: Limits;
    /** Of guard, emergency and access: what a person reads whom the rule refuses. */
    blockText?: string;
    section?: string;
    owner?: string;
    ticket?: string;
    comment?: string;
}

export const MostBlockTextCharacters = 500;

export const ListPrefix = 'list:';

export function listNameIn(value: ConditionValue): string | null {
    return typeof value === 'string' && value.startsWith(ListPrefix) ? value.slice(ListPrefix.length) : null;
}

export function isLayer(text: string | null | undefined): text is Layer {
    return Layers.includes(text as Layer);
}
