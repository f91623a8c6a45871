#include "db/AuditSealing.h"

#include "db/AuditRollup.h"
#include "db/Database.h"
#include "db/Migrations.h"
#include "db/SessionBlock.h"
#include "db/SessionBlockMaker.h"

#include <array>
#include <string>

namespace sallyport::db {
namespace {

// None by verdict: most sessions have the same, and the blocks serve those that have not. A row's
// seq is in each of them, behind the columns: SQLite puts it there.
constexpr auto Indexes = std::to_array<std::string_view>({
    "session_host ON session (host)",
    "session_client ON session (client_ip)",
    "session_user ON session (user) WHERE user NOT NULL",
    "session_rule ON session (rule) WHERE rule NOT NULL",
    "session_reason ON session (close_reason) WHERE close_reason NOT NULL",
    "event_session ON session_event (session)",
    "event_reason ON session_event (close_reason, session) WHERE close_reason NOT NULL",
    // Those that changed the verdict.
    "event_verdict ON session_event (session) WHERE verdict NOT NULL",
});

// What sorting an index may take of memory.
constexpr std::string_view Settings =
    "PRAGMA cache_size = -65536; PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = 4000";

// Of the roll-up, so that histograms of days need not read that of minutes.
void addWideRollup(Database& database)
{
    const std::string minutes = std::to_string(AuditRollup::WideBucket.count());
    database.execute(
        "CREATE TABLE IF NOT EXISTS rollup_hour (bucket INTEGER NOT NULL, verdict INTEGER NOT "
        "NULL, protocol INTEGER NOT NULL, rule INTEGER NOT NULL, reason INTEGER NOT NULL, "
        "sessions INTEGER NOT NULL, bytes_up INTEGER NOT NULL, bytes_down INTEGER NOT NULL, "
        "PRIMARY KEY (bucket, verdict, protocol, rule, reason)) WITHOUT ROWID");
    database.execute("DELETE FROM rollup_hour");
    database.execute("INSERT INTO rollup_hour SELECT bucket / " + minutes + " * " + minutes +
                     " AS hour, verdict, protocol, rule, reason, sum(sessions), sum(bytes_up), "
                     "sum(bytes_down) FROM rollup GROUP BY hour, verdict, protocol, rule, reason");
}

// From the newest back, which does not need to know what is still to come.
void addBlocks(Database& database)
{
    addSessionBlocksTable(database);
    const std::int64_t first = database.integer("SELECT first_seq FROM state");
    std::int64_t last = database.integer("SELECT last_seq FROM state");
    SessionBlockMaker maker(first);
    Statement insert = database.prepare(InsertSessionBlock);
    while (last >= first) {
        const std::int64_t number = (last - first) / RecordsInBlock;
        const SeqRange range{first + number * RecordsInBlock, last};
        writeSessionBlock(insert, number, packBlock(maker.before(database, range)));
        last = range.first - 1;
    }
}

void addIndexes(Database& database, AuditTime now)
{
    for (const std::string_view index : Indexes)
        database.execute("CREATE INDEX IF NOT EXISTS " + std::string(index));
    Transaction transaction(database);
    addBlocks(database);
    addWideRollup(database);
    // These are the newest file's.
    database.execute("DELETE FROM journal; DELETE FROM open_session; UPDATE state SET sealed = " +
                     std::to_string(now.time_since_epoch().count()));
    transaction.commit();
}

bool hasWriteAheadLog(const Database& database)
{
    Statement mode = database.prepare("PRAGMA journal_mode");
    return mode.step() && mode.text(0) == "wal";
}

bool isMarked(const Database& database)
{
    return database.integer("SELECT sealed NOT NULL FROM state") != 0;
}

// Not while somebody reads it.
Sealing leaveWriteAheadLog(Database& database)
{
    try {
        database.execute("PRAGMA busy_timeout = 100");
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)");
        database.execute("PRAGMA journal_mode = DELETE");
    } catch (const DatabaseError& error) {
        if (error.kind() != DatabaseError::Kind::Locked)
            throw;
    }
    return hasWriteAheadLog(database) ? Sealing::StillRead : Sealing::Done;
}

} // namespace

Sealing sealAuditFile(const std::filesystem::path& path, AuditTime now, const std::stop_token& stop)
{
    Database database = Database::openExisting(path);
    requireSchema(database, auditSchema());
    database.execute(std::string(Settings));
    try {
        database.interruptWhen(stop);
        if (!isMarked(database))
            addIndexes(database, now);
        return hasWriteAheadLog(database) ? leaveWriteAheadLog(database) : Sealing::Done;
    } catch (const DatabaseError&) {
        if (stop.stop_requested())
            return Sealing::Interrupted;
        throw;
    }
}

bool isAuditFileSealed(const std::filesystem::path& path)
{
    const Database database = Database::openReadOnly(path);
    return isMarked(database) && !hasWriteAheadLog(database);
}

} // namespace sallyport::db
