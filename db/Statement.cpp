#include "db/Statement.h"

#include "db/DatabaseError.h"

#include <sqlite3.h>

#include <utility>

namespace sallyport::db {

Statement::Statement(Statement&& other) noexcept
    : statement_(std::exchange(other.statement_, nullptr))
{}

Statement& Statement::operator=(Statement&& other) noexcept
{
    std::swap(statement_, other.statement_);
    return *this;
}

Statement::~Statement()
{
    sqlite3_finalize(statement_);
}

void Statement::bind(int position, std::int64_t value)
{
    check(sqlite3_bind_int64(statement_, position, value));
}

void Statement::bind(int position, std::string_view text)
{
    check(sqlite3_bind_text64(statement_, position, text.data() ? text.data() : "", text.size(),
                              SQLITE_TRANSIENT, SQLITE_UTF8));
}

void Statement::bind(int position, std::span<const std::uint8_t> blob)
{
    check(sqlite3_bind_blob64(statement_, position, blob.data(), blob.size(), SQLITE_TRANSIENT));
}

void Statement::bindNull(int position)
{
    check(sqlite3_bind_null(statement_, position));
}

void Statement::bindBorrowed(int position, std::string_view text)
{
    check(sqlite3_bind_text64(statement_, position, text.data() ? text.data() : "", text.size(),
                              SQLITE_STATIC, SQLITE_UTF8));
}

void Statement::bindBorrowed(int position, std::span<const std::uint8_t> blob)
{
    check(sqlite3_bind_blob64(statement_, position, blob.data(), blob.size(), SQLITE_STATIC));
}

bool Statement::step()
{
    const int result = sqlite3_step(statement_);
    if (result == SQLITE_ROW)
        return true;
    if (result == SQLITE_DONE)
        return false;
    const DatabaseError error =
        databaseError(sqlite3_db_handle(statement_), result, sqlite3_sql(statement_));
    sqlite3_reset(statement_); // or the failed statement would keep the transaction from ending
    throw error;
}

void Statement::run()
{
    while (step()) {
    }
    reset();
}

void Statement::reset()
{
    sqlite3_reset(statement_); // repeats the result of the last step, which was reported then
}

int Statement::columns() const
{
    return sqlite3_column_count(statement_);
}

bool Statement::isNull(int column) const
{
    return sqlite3_column_type(statement_, column) == SQLITE_NULL;
}

bool Statement::isInteger(int column) const
{
    return sqlite3_column_type(statement_, column) == SQLITE_INTEGER;
}

bool Statement::isText(int column) const
{
    return sqlite3_column_type(statement_, column) == SQLITE_TEXT;
}

Statement::Type Statement::type(int column) const
{
    switch (sqlite3_column_type(statement_, column)) {
    case SQLITE_INTEGER:
        return Type::Integer;
    case SQLITE_FLOAT:
        return Type::Real;
    case SQLITE_TEXT:
        return Type::Text;
    case SQLITE_BLOB:
        return Type::Blob;
    default:
        return Type::Null;
    }
}

std::int64_t Statement::integer(int column) const
{
    return sqlite3_column_int64(statement_, column);
}

std::string_view Statement::text(int column) const
{
    const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
    return {text ? text : "", static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
}

std::span<const std::uint8_t> Statement::blob(int column) const
{
    const auto* bytes = static_cast<const std::uint8_t*>(sqlite3_column_blob(statement_, column));
    return {bytes, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
}

void Statement::check(int result) const
{
    if (result != SQLITE_OK)
        throw databaseError(sqlite3_db_handle(statement_), result, sqlite3_sql(statement_));
}

} // namespace sallyport::db
