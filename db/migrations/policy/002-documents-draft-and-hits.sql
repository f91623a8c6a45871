-- A version becomes one document instead of rows per rule: what is kept is what was published, whatever keys a later
-- document has.
CREATE TABLE policy_version_2 (
    version       INTEGER PRIMARY KEY,
    parent        INTEGER,          -- the version its document was made from: for a rollback, the one gone back to
    kind          TEXT NOT NULL CHECK (kind IN ('import', 'publish', 'rollback', 'republish')),
    created       INTEGER NOT NULL, -- microseconds since 1970, UTC
    who           TEXT NOT NULL,
    note          TEXT NOT NULL,
    test_override TEXT NOT NULL,    -- why failing tests did not stop it; empty: nothing was overridden
    document      TEXT NOT NULL,    -- JSON
    document_hash TEXT NOT NULL     -- SHA-256 over it, hexadecimal
);

-- The versions of schema 1, put together from the inside: values of a column, columns of a rule, rules of a layer.
-- json_patch takes out the keys that are NULL; the ordered sub-queries give the order within the arrays.
WITH
side(rule, negated, conditions) AS (
    SELECT rule, negated, json_group_object("column", json(list)) FROM (
        SELECT rule, negated, "column", json_group_array(value) AS list
        FROM (SELECT * FROM rule_condition ORDER BY rule, negated, "column", position)
        GROUP BY rule, negated, "column")
    GROUP BY rule, negated
),
condition(rule, conditions) AS (
    SELECT rules.rule, json_patch(coalesce(holds.conditions, '{}'),
                                  json_object('not', json(shuts_out.conditions)))
    FROM (SELECT DISTINCT rule FROM rule_condition) AS rules
    LEFT JOIN side AS holds ON holds.rule = rules.rule AND holds.negated = 0
    LEFT JOIN side AS shuts_out ON shuts_out.rule = rules.rule AND shuts_out.negated = 1
),
layer(version, name, rules) AS (
    SELECT version, layer, json_group_array(json(text)) FROM (
        SELECT version, layer, json_patch('{}', json_object(
            'id', id, 'name', name, 'action', action, 'mode', mode,
            'enabled', json(iif(enabled, 'true', 'false')), 'expires', expires, 'when', json(conditions),
            'section', section, 'owner', owner, 'ticket', ticket, 'comment', comment)) AS text
        FROM rule LEFT JOIN condition ON condition.rule = rule.row
        ORDER BY version, layer, position)
    GROUP BY version, layer
),
carried(version, document) AS (
    SELECT version, json_patch('{}', json_object(
        'format', 1,
        'guard', (SELECT json(rules) FROM layer WHERE layer.version = v.version AND layer.name = 'guard'),
        'access', (SELECT json(rules) FROM layer WHERE layer.version = v.version AND layer.name = 'access'),
        'defaults', (SELECT json(json_group_object(layer, action)) FROM policy_default AS d WHERE d.version = v.version)))
    FROM policy_version AS v
)
INSERT INTO policy_version_2
SELECT version, nullif(version - 1, 0), 'import', created, who, note, '', document, sha256(document)
FROM policy_version JOIN carried USING (version);

DROP TABLE rule_condition;
DROP TABLE rule;
DROP TABLE policy_default;
DROP TABLE policy_version;
ALTER TABLE policy_version_2 RENAME TO policy_version;

-- Which content of each list a version goes with.
CREATE TABLE policy_version_list (version INTEGER NOT NULL, name TEXT NOT NULL, content_hash TEXT NOT NULL, PRIMARY KEY (version, name)) WITHOUT ROWID;

CREATE TRIGGER policy_version_is_final BEFORE UPDATE ON policy_version
BEGIN SELECT RAISE(ABORT, 'a published policy version never changes; publish a new one'); END;
CREATE TRIGGER policy_version_stays BEFORE DELETE ON policy_version
BEGIN SELECT RAISE(ABORT, 'a published policy version is kept; publish a new one'); END;
CREATE TRIGGER policy_version_list_is_final BEFORE UPDATE ON policy_version_list
BEGIN SELECT RAISE(ABORT, 'a published policy version never changes; publish a new one'); END;
CREATE TRIGGER policy_version_list_stays BEFORE DELETE ON policy_version_list
BEGIN SELECT RAISE(ABORT, 'a published policy version is kept; publish a new one'); END;

-- The policy that somebody is working on: one at a time.
CREATE TABLE policy_draft (
    only_row     INTEGER PRIMARY KEY CHECK (only_row = 1),
    base_version INTEGER NOT NULL, -- in force when the draft was begun
    document     TEXT NOT NULL,
    who          TEXT NOT NULL,
    changed      INTEGER NOT NULL  -- microseconds since 1970, UTC
);

-- How often a row decided, over all versions: counted under the row's id, or "default/LAYER".
CREATE TABLE row_hits (
    row        TEXT PRIMARY KEY,
    hits       INTEGER NOT NULL,
    would_hits INTEGER NOT NULL,
    bytes      INTEGER NOT NULL,
    last_hit   INTEGER NOT NULL -- seconds since 1970, UTC; 0: never
) WITHOUT ROWID;

-- The same by days.
CREATE TABLE row_hits_day (
    row        TEXT NOT NULL,
    day        INTEGER NOT NULL, -- days since 1970, UTC
    hits       INTEGER NOT NULL,
    would_hits INTEGER NOT NULL,
    bytes      INTEGER NOT NULL,
    PRIMARY KEY (row, day)
) WITHOUT ROWID;
