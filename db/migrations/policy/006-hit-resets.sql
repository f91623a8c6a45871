-- Since when the count of a row is shown. What was counted before stays where it is.
CREATE TABLE row_hits_reset (
    row        TEXT PRIMARY KEY,
    moment     INTEGER NOT NULL, -- microseconds since 1970, UTC
    day        INTEGER NOT NULL, -- days since 1970, UTC
    hits       INTEGER NOT NULL, -- on that day until then; likewise the next two
    would_hits INTEGER NOT NULL,
    bytes      INTEGER NOT NULL
) WITHOUT ROWID;
