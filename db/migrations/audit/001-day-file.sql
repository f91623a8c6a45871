-- One file of the audit log: the records of a day, or of a part of one. Complete in itself: it can be read, verified
-- and removed without the others.
--
-- Every record has a number of its own, `seq`, without gaps over all files of a node, and is one row of session,
-- session_event, admin or checkpoint, with rows of other tables beside it. `link` is the beginning of the record's link
-- in the hash chain (db/AuditChain.h). Names that repeat stand once in dict or rule and are referred to by number; their
-- `seq` is that of the record that brought them. Times are microseconds since 1970, UTC. Rows are only ever added.
-- While records are added there is no index but the primary keys: each would cost more than the row itself. Sealing
-- adds them.

-- One row, changed with every transaction: where the file begins and ends in the chain.
CREATE TABLE state (
    id         INTEGER PRIMARY KEY CHECK (id = 1),
    node       TEXT NOT NULL,
    first_seq  INTEGER NOT NULL,
    first_link BLOB NOT NULL,    -- 32 bytes: the link of the record before first_seq
    last_seq   INTEGER NOT NULL, -- first_seq - 1: no record yet
    last_link  BLOB NOT NULL,    -- 32 bytes
    first_time INTEGER NOT NULL, -- the smallest and the largest time of a record
    last_time  INTEGER NOT NULL,
    -- The most that a record's time lies before that of an earlier record: how far a search by time has to look.
    disorder   INTEGER NOT NULL,
    sealed     INTEGER           -- time; NULL: the file is being written
);

-- How much of the workers' journals is in here. Of the newest file only.
CREATE TABLE journal (
    id       BLOB PRIMARY KEY,   -- 16 bytes, the journal's own
    position INTEGER NOT NULL    -- bytes since the journal began
) WITHOUT ROWID;

CREATE TABLE dict (
    id   INTEGER PRIMARY KEY,
    seq  INTEGER NOT NULL,
    kind TEXT NOT NULL, -- "node", "listener", "user", "agent", "method", "host", or "word" for a term of the record's own
    text TEXT NOT NULL,
    UNIQUE (kind, text)
);

-- A rule as it was named when it decided.
CREATE TABLE rule (
    id      INTEGER PRIMARY KEY,
    seq     INTEGER NOT NULL,
    rule_id TEXT NOT NULL,
    name    TEXT NOT NULL,
    UNIQUE (rule_id, name)
);

CREATE TABLE certificate (
    id        INTEGER PRIMARY KEY,
    seq       INTEGER NOT NULL,
    sha256    BLOB NOT NULL UNIQUE,
    subject   TEXT NOT NULL,
    issuer,
    not_after INTEGER NOT NULL, -- seconds since 1970, UTC
    names     TEXT              -- a list
);

-- The beginning of a session ("open"), or a refusal ("decision"). A seq before state.first_seq: a session that was open
-- when this file began, carried over from the file before with the first record of this one.
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
    user_agent     INTEGER,          -- dict
    method         INTEGER,          -- dict
    protocol       INTEGER,          -- dict
    form           INTEGER,          -- dict
    host           INTEGER,          -- dict
    port           INTEGER NOT NULL, -- 0: unknown
    path           TEXT,
    query          TEXT,
    destination_ip BLOB,             -- NULL: unknown
    egress_ip      BLOB,
    egress_port    INTEGER,
    dns_answers    INTEGER,          -- dict: addresses joined by ";"
    dns_time       INTEGER,          -- microseconds
    connect_tries  INTEGER,
    connect_time   INTEGER,          -- microseconds
    verdict        INTEGER,          -- dict; NULL: the policy was never asked
    stage          INTEGER,          -- dict
    rule_layer     INTEGER,          -- dict
    rule           INTEGER,          -- rule; NULL: the layer's default row
    policy_version INTEGER,
    rule_would     INTEGER,          -- dict: ids of rows in report mode, joined by ";"; NULL: none
    inspection     INTEGER,          -- dict
    inspection_profile INTEGER,      -- dict
    status         INTEGER NOT NULL, -- sent to the client; 0: none
    -- Of a decision.
    close_by       INTEGER,          -- dict
    close_reason   INTEGER,          -- dict
    close_timer    INTEGER,          -- dict
    close_timer_limit INTEGER,       -- milliseconds
    error          INTEGER,          -- dict
    link           BLOB NOT NULL      -- empty in a session carried over: its row belongs to the first record here
);

-- What became of a session: its figures while it runs ("update"), what a check found ("alert"), its end ("close").
CREATE TABLE session_event (
    seq                     INTEGER PRIMARY KEY,
    kind                    INTEGER NOT NULL, -- dict
    session                 INTEGER NOT NULL, -- session.seq
    time                    INTEGER NOT NULL,
    status                  INTEGER NOT NULL,
    bytes_client_to_proxy   INTEGER NOT NULL,
    -- NULL in these two: the same as what came in on the other side.
    bytes_proxy_to_upstream INTEGER,
    bytes_upstream_to_proxy INTEGER NOT NULL,
    bytes_proxy_to_client   INTEGER,
    duration                INTEGER,          -- microseconds; NULL: nobody was left to measure it
    -- Of the last byte from each side, relative to the event's own time; NULL: none came, or nobody looked.
    since_client            INTEGER,          -- microseconds
    since_upstream          INTEGER,          -- microseconds
    longest_silence         INTEGER,          -- microseconds
    first_byte_time         INTEGER,          -- microseconds
    tcp_client_rtt          INTEGER,          -- microseconds
    tcp_client_retransmits  INTEGER,
    tcp_upstream_rtt        INTEGER,          -- microseconds
    tcp_upstream_retransmits INTEGER,
    close_by                INTEGER,          -- dict
    close_reason            INTEGER,          -- dict
    close_timer             INTEGER,          -- dict
    close_timer_limit       INTEGER,          -- milliseconds
    error                   INTEGER,          -- dict
    -- What the policy said when it was asked again. All NULL: it was not, and what the session's row says holds.
    verdict                 INTEGER,          -- dict
    stage                   INTEGER,          -- dict
    rule_layer              INTEGER,          -- dict
    rule                    INTEGER,          -- rule; NULL: the layer's default row
    policy_version          INTEGER,
    rule_would              INTEGER,          -- dict
    inspection              INTEGER,          -- dict
    inspection_profile      INTEGER,          -- dict
    link                    BLOB NOT NULL
);

-- What an administrator did, or the proxy to its own data.
CREATE TABLE admin (
    seq    INTEGER PRIMARY KEY,
    time   INTEGER NOT NULL,
    who    TEXT NOT NULL,
    source TEXT NOT NULL,
    action TEXT NOT NULL,
    object TEXT,
    before TEXT, -- JSON
    after  TEXT, -- JSON
    note   TEXT,
    link   BLOB NOT NULL
);

-- A signed statement of the chain up to the record before this one (db/AuditChain.h).
CREATE TABLE checkpoint (
    seq       INTEGER PRIMARY KEY,
    time      INTEGER NOT NULL,
    head      BLOB NOT NULL, -- 32 bytes: the link of the record before
    key_id    BLOB NOT NULL, -- 8 bytes
    signature BLOB NOT NULL, -- 64 bytes, Ed25519
    link      BLOB NOT NULL
);

-- What was seen inside a session: rows only for events that tell of it, under the seq of their row in session_event.
-- A column without a type has a number of dict, or a text itself that is too long to be worth remembering; a list is
-- joined by ";", with a "\" before each ";" and "\" inside. NULL: not known, or empty.
CREATE TABLE contents (
    seq              INTEGER PRIMARY KEY,
    sight            INTEGER NOT NULL, -- dict
    protocol         INTEGER,          -- dict
    banner           TEXT,
    name_differences INTEGER           -- dict: a list
);

-- This table and the next two: beside a row of contents.
CREATE TABLE tls (
    seq          INTEGER PRIMARY KEY,
    sni,
    alpn_offered,               -- a list
    alpn,
    version,
    cipher,
    resumed      INTEGER,       -- 0 or 1
    ja3          BLOB,
    ja4,
    ech_offered  INTEGER NOT NULL, -- 0 or 1
    certificate  INTEGER        -- certificate
);

CREATE TABLE websocket (
    seq                  INTEGER PRIMARY KEY,
    path                 TEXT,
    origin,
    subprotocols_offered,        -- a list
    subprotocol,
    extensions,
    status               INTEGER NOT NULL, -- 0: none
    close_code           INTEGER NOT NULL, -- 0: none
    close_reason         TEXT,
    close_from           INTEGER, -- a direction: 0 client to upstream, 1 upstream to client
    not_inspectable,
    -- Of messages from the client, then from the upstream; all NULL: nobody counted.
    client_text INTEGER, client_binary INTEGER, client_pings INTEGER, client_pongs INTEGER, client_frames INTEGER,
    client_payload_bytes INTEGER, client_content_bytes INTEGER, client_max_content_bytes INTEGER,
    upstream_text INTEGER, upstream_binary INTEGER, upstream_pings INTEGER, upstream_pongs INTEGER, upstream_frames INTEGER,
    upstream_payload_bytes INTEGER, upstream_content_bytes INTEGER, upstream_max_content_bytes INTEGER
);

CREATE TABLE inspection (
    seq               INTEGER PRIMARY KEY,
    notes,                       -- a list
    alerts            INTEGER NOT NULL,
    slowed_by,
    cut_by,
    injected          INTEGER NOT NULL, -- 0 or 1
    -- SHA-256 of each direction's bytes; all NULL: not asked for.
    client_received   BLOB,
    client_sent       BLOB,
    upstream_received BLOB,
    upstream_sent     BLOB
);

-- What a check found: of an event of the kind "alert".
CREATE TABLE alert (
    seq       INTEGER PRIMARY KEY,
    check_name,
    direction INTEGER NOT NULL, -- as above
    message   INTEGER NOT NULL,
    offset    INTEGER NOT NULL,
    kind,
    digest    BLOB
);

-- The sessions that have no close event yet, with the last figures known: what a restart after a crash has to close.
-- Of the newest file only.
CREATE TABLE open_session (
    session                 INTEGER PRIMARY KEY, -- session.seq
    bytes_client_to_proxy   INTEGER NOT NULL,
    bytes_proxy_to_upstream INTEGER NOT NULL,
    bytes_upstream_to_proxy INTEGER NOT NULL,
    bytes_proxy_to_client   INTEGER NOT NULL,
    -- What its close will be summed under in rollup.
    verdict                 INTEGER NOT NULL, -- dict; 0: none
    protocol                INTEGER NOT NULL, -- dict
    rule                    INTEGER NOT NULL  -- rule; 0: a default row
);

-- Sums for histograms and facets, by the time of the records: of open and decision records (reason 0) how many sessions
-- began, of close and decision records (reason known) how many ended and what they moved.
CREATE TABLE rollup (
    bucket   INTEGER NOT NULL, -- minutes since 1970, a multiple of 5
    verdict  INTEGER NOT NULL, -- dict: "allow", "deny", or "inspect" for allowed and looked into; 0: none
    protocol INTEGER NOT NULL, -- dict
    rule     INTEGER NOT NULL, -- rule; 0: a default row
    reason   INTEGER NOT NULL, -- dict; 0: of beginnings
    sessions INTEGER NOT NULL,
    bytes_up   INTEGER NOT NULL, -- client to proxy
    bytes_down INTEGER NOT NULL, -- upstream to proxy
    PRIMARY KEY (bucket, verdict, protocol, rule, reason)
) WITHOUT ROWID;
