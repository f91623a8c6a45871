#include "db/DatabaseError.h"

#include <sqlite3.h>

namespace sallyport::db {
namespace {

struct Meaning {
    DatabaseError::Kind kind;
    std::string_view words;
};

Meaning meaningOf(int result)
{
    using Kind = DatabaseError::Kind;
    switch (result & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return {Kind::Locked, "another process has it locked; try again when that one is done"};
    case SQLITE_FULL:
        return {Kind::Full, "there is no space left to write to; free some on its disk"};
    case SQLITE_NOTADB:
        return {Kind::NotADatabase,
                "it is not a SQLite database; name the right file, or move this one away"};
    case SQLITE_CORRUPT:
        return {Kind::Corrupt, "the file is damaged; restore it from a backup, or move it away to "
                               "begin with a new one"};
    case SQLITE_READONLY:
    case SQLITE_PERM:
        return {
            Kind::ReadOnly,
            "it may be read but not written; check the owner and mode of the file and its folder"};
    case SQLITE_CANTOPEN:
    case SQLITE_AUTH:
        return {Kind::CannotOpen,
                "it cannot be opened; check that it is there and that this user may read and "
                "write the file and its folder"};
    case SQLITE_CONSTRAINT:
        return {Kind::Refused, "the data was refused"};
    default:
        return {Kind::Failed, "the operation failed"};
    }
}

} // namespace

DatabaseError databaseError(std::string_view file, sqlite3* connection, int result,
                            std::string_view doing)
{
    const Meaning meaning = meaningOf(result);
    std::string text(file);
    text.append(": ").append(meaning.words);
    // The connection speaks of its last call: the result given may be from an earlier one.
    const bool sameCall = connection && sqlite3_extended_errcode(connection) == result;
    text.append(" (SQLite: ")
        .append(sameCall ? sqlite3_errmsg(connection) : sqlite3_errstr(result));
    text.append("; while: ").append(doing).append(")");
    return {meaning.kind, text};
}

DatabaseError databaseError(sqlite3* connection, int result, std::string_view doing)
{
    return databaseError(sqlite3_db_filename(connection, "main"), connection, result, doing);
}

} // namespace sallyport::db
