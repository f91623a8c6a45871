-- Times are microseconds since 1970, UTC. Passwords, codes, tokens and cookies are kept as hashes only; what an
-- authenticator shares with us must be readable, which is why nobody but the owner may read this file.
CREATE TABLE person (
    id                   TEXT PRIMARY KEY,
    name                 TEXT NOT NULL COLLATE NOCASE UNIQUE,
    display              TEXT NOT NULL,
    role                 TEXT NOT NULL CHECK (role IN ('help-desk', 'auditor', 'editor', 'admin')),
    disabled             INTEGER NOT NULL CHECK (disabled IN (0, 1)),
    password_hash        TEXT NOT NULL, -- argon2id, with its parameters
    must_change_password INTEGER NOT NULL CHECK (must_change_password IN (0, 1)),
    totp_secret          BLOB,          -- NULL: no second factor
    totp_offered         BLOB,          -- a new secret of which no code was given yet
    totp_used_step       INTEGER NOT NULL DEFAULT 0, -- of the newest code that was given; none before it counts again
    created              INTEGER NOT NULL,
    last_sign_in         INTEGER NOT NULL DEFAULT 0,
    preferences          TEXT NOT NULL DEFAULT '{}', -- a JSON object
    version              INTEGER NOT NULL DEFAULT 1  -- counts the changes an administrator sees
) WITHOUT ROWID;

-- Those not used yet.
CREATE TABLE recovery_code (
    person TEXT NOT NULL REFERENCES person (id) ON DELETE CASCADE,
    hash   TEXT NOT NULL, -- SHA-256, hexadecimal
    PRIMARY KEY (person, hash)
) WITHOUT ROWID;

CREATE TABLE sign_in (
    id         TEXT PRIMARY KEY,
    hash       TEXT NOT NULL UNIQUE, -- SHA-256 of the cookie, hexadecimal
    person     TEXT NOT NULL REFERENCES person (id) ON DELETE CASCADE,
    stage      TEXT NOT NULL CHECK (stage IN ('open', 'totp', 'password')), -- the last two: what is still missing
    csrf       TEXT NOT NULL,
    created    INTEGER NOT NULL,
    last_seen  INTEGER NOT NULL,
    confirmed  INTEGER NOT NULL, -- when the password was given last
    address    TEXT NOT NULL,    -- last seen from
    user_agent TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX sign_in_person ON sign_in (person);

CREATE TABLE token (
    id        TEXT PRIMARY KEY,
    hash      TEXT NOT NULL UNIQUE, -- SHA-256, hexadecimal
    name      TEXT NOT NULL,
    role      TEXT NOT NULL CHECK (role IN ('help-desk', 'auditor', 'editor', 'admin')),
    maker     TEXT NOT NULL REFERENCES person (id) ON DELETE CASCADE,
    networks  TEXT NOT NULL, -- a line each; empty: from anywhere
    created   INTEGER NOT NULL,
    expires   INTEGER NOT NULL,
    last_used INTEGER NOT NULL DEFAULT 0,
    version   INTEGER NOT NULL DEFAULT 1
) WITHOUT ROWID;
CREATE INDEX token_maker ON token (maker);

CREATE TABLE setting (
    name  TEXT PRIMARY KEY,
    value TEXT NOT NULL
) WITHOUT ROWID;
