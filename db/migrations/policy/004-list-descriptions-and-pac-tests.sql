-- What people say of a list, and where it is fetched from. Takes effect at once; no part of the policy.
CREATE TABLE list_description (
    name         TEXT PRIMARY KEY,
    comment      TEXT NOT NULL,
    feed         TEXT NOT NULL,    -- JSON; empty: it is not fetched
    last_try     INTEGER NOT NULL, -- microseconds since 1970, UTC; 0: never
    last_success INTEGER NOT NULL, -- likewise
    last_error   TEXT NOT NULL     -- of the last try; empty when it went well
) WITHOUT ROWID;

-- Addresses that the PAC file is tried with.
CREATE TABLE pac_test (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    url         TEXT NOT NULL,
    expected    TEXT NOT NULL, -- "DIRECT", …; empty: nothing is expected
    my_ip       TEXT NOT NULL, -- what myIpAddress() gives; empty: a sample
    resolves_to TEXT NOT NULL  -- what dnsResolve() gives; empty: what the name has
);
INSERT INTO pac_test (url, expected, my_ip, resolves_to) VALUES
    ('https://www.example.com/', '', '', ''),
    ('http://intranet/', 'DIRECT', '', ''),
    ('https://192.0.2.7/', '', '', ''),
    ('wss://chat.example.org/socket', '', '', '');
