// Migrations: brings a database file to the schema this program knows, or says why it will not.
//
// The steps are the files of db/migrations/, compiled in; PRAGMA user_version counts those applied
// and application_id names whose file it is.
#pragma once

#include "db/Database.h"

#include <cstdint>
#include <span>
#include <string_view>

namespace sallyport::db {

struct Schema {
    std::string_view subject;   ///< "policy", "audit", "accounts"
    std::int32_t applicationId; ///< in the file's header, so that a wrong file is recognised
    std::span<const std::string_view> steps; ///< step i makes version i + 1
};

/// The schema of policy.db.
[[nodiscard]] const Schema& policySchema();
/// The schema of a file of the audit log.
[[nodiscard]] const Schema& auditSchema();
/// The schema of accounts.db.
[[nodiscard]] const Schema& accountsSchema();

/// Applies what is missing in one transaction. Throws DatabaseError, having changed nothing, for a
/// file of another program, of another subject or of a newer Sallyport.
void migrate(Database& database, const Schema& schema);
/// For readers: throws DatabaseError unless the file has exactly this schema.
void requireSchema(const Database& database, const Schema& schema);

} // namespace sallyport::db
