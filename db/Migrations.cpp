#include "db/Migrations.h"

#include "db/EmbeddedMigrations.h"

#include <array>
#include <string>

namespace sallyport::db {
namespace {

// "SalP", "SalA" and "SalU" in the file's header.
constexpr std::int32_t PolicyApplicationId = 0x53616c50;
constexpr std::int32_t AuditApplicationId = 0x53616c41;
constexpr std::int32_t AccountsApplicationId = 0x53616c55;

[[noreturn]] void refuse(const Database& database, DatabaseError::Kind kind, const std::string& why)
{
    throw DatabaseError(kind, database.file().string() + ": " + why);
}

std::string quoted(std::string_view subject)
{
    return "Sallyport's " + std::string(subject) + " database";
}

// Throws if the file belongs to somebody else; returns the number of steps applied to it.
std::int64_t versionOf(const Database& database, const Schema& schema)
{
    const std::int64_t id = database.integer("PRAGMA application_id");
    const std::int64_t version = database.integer("PRAGMA user_version");
    const std::int64_t tables = database.integer("SELECT count(*) FROM sqlite_master");
    if (id == 0 && version == 0 && tables == 0)
        return 0;
    if (id != schema.applicationId) {
        for (const Schema* other : {&policySchema(), &auditSchema(), &accountsSchema()})
            if (id == other->applicationId)
                refuse(database, DatabaseError::Kind::NotADatabase,
                       "this is " + quoted(other->subject) + ", where " + quoted(schema.subject) +
                           " was expected");
        refuse(database, DatabaseError::Kind::NotADatabase,
               "this SQLite database is another program's, not " + quoted(schema.subject) +
                   "; name the right file, or move this one away");
    }
    if (version > std::ssize(schema.steps))
        refuse(database, DatabaseError::Kind::WrongVersion,
               "a newer Sallyport wrote it (schema " + std::to_string(version) +
                   ", this program knows up to " + std::to_string(schema.steps.size()) +
                   "); use that program or a later one");
    return version;
}

} // namespace

const Schema& policySchema()
{
    static const Schema schema{"policy", PolicyApplicationId, embeddedPolicyMigrations()};
    return schema;
}

const Schema& auditSchema()
{
    static const Schema schema{"audit", AuditApplicationId, embeddedAuditMigrations()};
    return schema;
}

const Schema& accountsSchema()
{
    static const Schema schema{"accounts", AccountsApplicationId, embeddedAccountsMigrations()};
    return schema;
}

void migrate(Database& database, const Schema& schema)
{
    if (versionOf(database, schema) == std::ssize(schema.steps))
        return;
    Transaction transaction(database);
    const std::int64_t version = versionOf(database, schema); // another process may have been first
    for (const std::string_view step : schema.steps.subspan(static_cast<std::size_t>(version)))
        database.execute(std::string(step));
    database.execute("PRAGMA application_id = " + std::to_string(schema.applicationId));
    database.execute("PRAGMA user_version = " + std::to_string(schema.steps.size()));
    transaction.commit();
}

void requireSchema(const Database& database, const Schema& schema)
{
    if (versionOf(database, schema) < std::ssize(schema.steps))
        refuse(database, DatabaseError::Kind::WrongVersion,
               "it was not set up by this version of Sallyport yet; start `sallyport serve` on it "
               "once");
}

} // namespace sallyport::db
