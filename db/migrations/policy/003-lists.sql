-- What a list held at some time, once for all versions and lists with the same entries.
CREATE TABLE list_content (
    id       INTEGER PRIMARY KEY,
    hash     TEXT NOT NULL UNIQUE, -- SHA-256 over its chunks in their order, hexadecimal
    hosts    INTEGER NOT NULL,     -- entries
    networks INTEGER NOT NULL      -- entries
);

-- The entries of a content, sorted by their bytes and cut into pieces of about 64 KiB: a row per entry would take ten
-- times as long to load.
CREATE TABLE list_chunk (
    content     INTEGER NOT NULL REFERENCES list_content (id),
    first_entry TEXT NOT NULL,
    body        BLOB NOT NULL, -- entries, each with a line feed behind it
    PRIMARY KEY (content, first_entry)
) WITHOUT ROWID;

-- One row per import that changed a list. It stays when its content is dropped.
CREATE TABLE list_version (
    name         TEXT NOT NULL,
    number       INTEGER NOT NULL, -- from 1
    content_hash TEXT NOT NULL,
    hosts        INTEGER NOT NULL,
    networks     INTEGER NOT NULL,
    created      INTEGER NOT NULL, -- microseconds since 1970, UTC
    who          TEXT NOT NULL,
    source       TEXT NOT NULL,    -- the file it came from
    note         TEXT NOT NULL,
    lines        INTEGER NOT NULL, -- of that file
    added        INTEGER NOT NULL, -- entries, against the version before
    removed      INTEGER NOT NULL,
    rejected     INTEGER NOT NULL, -- lines
    PRIMARY KEY (name, number)
) WITHOUT ROWID;

CREATE TRIGGER list_content_is_final BEFORE UPDATE ON list_content
BEGIN SELECT RAISE(ABORT, 'what a list held never changes; import it again'); END;
CREATE TRIGGER list_chunk_is_final BEFORE UPDATE ON list_chunk
BEGIN SELECT RAISE(ABORT, 'what a list held never changes; import it again'); END;
CREATE TRIGGER list_version_is_final BEFORE UPDATE ON list_version
BEGIN SELECT RAISE(ABORT, 'a version of a list never changes; import it again'); END;
