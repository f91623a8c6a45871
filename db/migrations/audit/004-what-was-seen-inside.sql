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

CREATE TABLE certificate (
    id        INTEGER PRIMARY KEY,
    sha256    BLOB NOT NULL UNIQUE,
    subject   TEXT NOT NULL,
    issuer,
    not_after INTEGER NOT NULL, -- seconds since 1970, UTC
    names     TEXT              -- a list
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
