-- One row per published policy. Rows of a version are written once and never changed: see the triggers.
CREATE TABLE policy_version (
    version INTEGER PRIMARY KEY,
    created INTEGER NOT NULL, -- microseconds since 1970, UTC
    who     TEXT NOT NULL,
    note    TEXT NOT NULL
);

-- What happens in a layer when no row of it matches.
CREATE TABLE policy_default (
    version INTEGER NOT NULL REFERENCES policy_version (version),
    layer   TEXT NOT NULL,
    action  TEXT NOT NULL,
    PRIMARY KEY (version, layer)
) WITHOUT ROWID;

CREATE TABLE rule (
    row      INTEGER PRIMARY KEY,
    version  INTEGER NOT NULL REFERENCES policy_version (version),
    layer    TEXT NOT NULL,
    position INTEGER NOT NULL, -- from 0; the first match of a layer wins
    id       TEXT NOT NULL,
    name     TEXT NOT NULL,
    action   TEXT NOT NULL,
    enabled  INTEGER NOT NULL,
    -- NULL where the document does not say.
    mode     TEXT,
    expires  TEXT,
    section  TEXT,
    owner    TEXT,
    ticket   TEXT,
    comment  TEXT,
    UNIQUE (version, layer, position)
);

-- One row per value of a condition: values of one column are alternatives.
CREATE TABLE rule_condition (
    rule     INTEGER NOT NULL REFERENCES rule (row),
    negated  INTEGER NOT NULL, -- 1: stands under "not"
    "column" TEXT NOT NULL,    -- "client", "host", "port", ...
    position INTEGER NOT NULL,
    value    NOT NULL,         -- as in the document: text, or an integer
    PRIMARY KEY (rule, negated, "column", position)
) WITHOUT ROWID;

CREATE TRIGGER policy_version_is_final BEFORE UPDATE ON policy_version
BEGIN SELECT RAISE(ABORT, 'a published policy version never changes; publish a new one'); END;
CREATE TRIGGER policy_default_is_final BEFORE UPDATE ON policy_default
BEGIN SELECT RAISE(ABORT, 'a published policy version never changes; publish a new one'); END;
CREATE TRIGGER rule_is_final BEFORE UPDATE ON rule
BEGIN SELECT RAISE(ABORT, 'a published policy version never changes; publish a new one'); END;
CREATE TRIGGER rule_condition_is_final BEFORE UPDATE ON rule_condition
BEGIN SELECT RAISE(ABORT, 'a published policy version never changes; publish a new one'); END;
