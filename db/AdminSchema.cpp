#include "db/AdminSchema.h"

#include <array>

namespace sallyport::db {
namespace {

// "SalD" in the file's header.
constexpr std::int32_t AdminApplicationId = 0x53616c44;

// Times are microseconds since 1970, UTC.
constexpr std::array<std::string_view, 1> Steps{R"sql(
-- A search of the audit explorer under a name.
CREATE TABLE saved_search (
    id      INTEGER PRIMARY KEY,
    owner   TEXT NOT NULL,    -- id of an account
    by      TEXT NOT NULL,    -- that account's name
    shared  INTEGER NOT NULL, -- 0 or 1
    name    TEXT NOT NULL,
    query   TEXT NOT NULL,
    columns TEXT NOT NULL,    -- joined by ","
    created INTEGER NOT NULL,
    changed INTEGER NOT NULL,
    version INTEGER NOT NULL  -- counts changes
);
CREATE UNIQUE INDEX saved_search_own ON saved_search (owner, name) WHERE shared = 0;
CREATE UNIQUE INDEX saved_search_shared ON saved_search (name) WHERE shared = 1;

-- A file that somebody had made of the audit log.
CREATE TABLE audit_export (
    id         TEXT PRIMARY KEY,
    owner      TEXT NOT NULL,    -- id of an account
    by         TEXT NOT NULL,
    state      TEXT NOT NULL,    -- "running", "done", "failed", "cancelled"
    format     TEXT NOT NULL,
    rows       TEXT NOT NULL,    -- "sessions", "events"
    filter     TEXT NOT NULL,    -- as the query of an address
    note       TEXT NOT NULL,
    created    INTEGER NOT NULL,
    lines      INTEGER,
    bytes      INTEGER,
    sha256     TEXT,
    chain_seq  INTEGER NOT NULL, -- the last record when it began, 0: none
    chain_head TEXT NOT NULL,    -- its link, hexadecimal
    expires    INTEGER,
    job        TEXT NOT NULL
) WITHOUT ROWID;
)sql"};

} // namespace

const Schema& adminSchema()
{
    static const Schema schema{"admin", AdminApplicationId, Steps};
    return schema;
}

} // namespace sallyport::db
