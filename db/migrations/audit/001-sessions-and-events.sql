-- Every event has a number of its own, `seq`, without gaps: session.seq and session_event.seq share one count.
-- Names that repeat stand once in dict or rule and are referred to by number. Times are microseconds since 1970, UTC.
-- No index but the primary keys: each would cost more than the row itself.

CREATE TABLE dict (
    id   INTEGER PRIMARY KEY,
    kind TEXT NOT NULL, -- "node", "listener", "user", "method", "host", or "word" for a term of the record's own
    text TEXT NOT NULL,
    UNIQUE (kind, text)
);

-- A rule as it was named when it decided.
CREATE TABLE rule (
    id      INTEGER PRIMARY KEY,
    rule_id TEXT NOT NULL,
    name    TEXT NOT NULL,
    UNIQUE (rule_id, name)
);

-- The beginning of a session ("open"), or a refusal ("decision").
CREATE TABLE session (
    seq            INTEGER PRIMARY KEY,
    kind           INTEGER NOT NULL, -- dict
    session_id     BLOB NOT NULL,    -- UUIDv7
    time           INTEGER NOT NULL,
    node           INTEGER NOT NULL, -- dict
    listener       INTEGER,          -- dict
    client_ip      BLOB NOT NULL,    -- 4 or 16 bytes
    client_port    INTEGER NOT NULL,
    user           INTEGER,          -- dict
    method         INTEGER,          -- dict
    protocol       INTEGER,          -- dict
    form           INTEGER,          -- dict
    host           INTEGER,          -- dict
    port           INTEGER NOT NULL, -- 0: unknown
    path           TEXT,
    destination_ip BLOB,             -- NULL: unknown
    verdict        INTEGER,          -- dict; NULL: the policy was never asked
    stage          INTEGER,          -- dict
    rule_layer     INTEGER,          -- dict
    rule           INTEGER,          -- rule; NULL: the layer's default row
    policy_version INTEGER,
    status         INTEGER NOT NULL, -- sent to the client; 0: none
    -- Of a decision.
    close_by       INTEGER,          -- dict
    close_reason   INTEGER,          -- dict
    close_timer    TEXT,
    error          TEXT
);

-- What became of a session: its figures while it runs ("update") and its end ("close").
CREATE TABLE session_event (
    seq                     INTEGER PRIMARY KEY,
    kind                    INTEGER NOT NULL, -- dict
    session                 INTEGER NOT NULL, -- session.seq
    time                    INTEGER NOT NULL,
    status                  INTEGER NOT NULL,
    bytes_client_to_proxy   INTEGER NOT NULL,
    bytes_proxy_to_upstream INTEGER NOT NULL,
    bytes_upstream_to_proxy INTEGER NOT NULL,
    bytes_proxy_to_client   INTEGER NOT NULL,
    duration                INTEGER,          -- microseconds; NULL: nobody was left to measure it
    close_by                INTEGER,          -- dict
    close_reason            INTEGER,          -- dict
    close_timer             TEXT,
    error                   TEXT
);

-- The sessions that have no close event yet, with the last figures known: what a restart after a crash has to close.
CREATE TABLE open_session (
    session                 INTEGER PRIMARY KEY, -- session.seq
    bytes_client_to_proxy   INTEGER NOT NULL,
    bytes_proxy_to_upstream INTEGER NOT NULL,
    bytes_upstream_to_proxy INTEGER NOT NULL,
    bytes_proxy_to_client   INTEGER NOT NULL
);
