-- Everybody who changed the draft, for publishing by two persons.
CREATE TABLE policy_draft_author (
    who     TEXT NOT NULL,
    account TEXT NOT NULL, -- id of the person in the admin API; empty: changed by a command
    PRIMARY KEY (who, account)
) WITHOUT ROWID;

-- A version that is rolled back unless somebody confirms it in time.
CREATE TABLE policy_confirmation (
    only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
    version  INTEGER NOT NULL,
    back_to  INTEGER NOT NULL, -- in force before it
    deadline INTEGER NOT NULL, -- microseconds since 1970, UTC
    who      TEXT NOT NULL
);
