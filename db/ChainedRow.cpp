#include "db/ChainedRow.h"

#include <cassert>
#include <string>

namespace sallyport::db {
namespace {

std::string insertInto(const ChainedColumns& columns)
{
    std::string sql = "INSERT INTO " + std::string(columns.table) + " (";
    std::string places;
    for (const std::string_view column : columns.columns) {
        if (!places.empty()) {
            sql += ", ";
            places += ", ";
        }
        sql += column;
        places += '?';
    }
    if (columns.storedLink == StoredLink::Yes) {
        sql += ", link";
        places += ", ?";
    }
    return sql + ") VALUES (" + places + ")";
}

} // namespace

ChainedRow::ChainedRow(const Database& database, ChainedTable table, ChainedRecord& record)
    : table_(table), record_(record),
      statement_(database.prepare(insertInto(chainedColumns(table)))),
      columns_(static_cast<int>(chainedColumns(table).columns.size()))
{}

void ChainedRow::begin()
{
    record_.beginRow(table_);
    column_ = 0;
}

void ChainedRow::add(std::int64_t value)
{
    record_.add(table_, static_cast<std::size_t>(column_), value);
    statement_.bind(++column_, value);
}

void ChainedRow::addText(std::string_view text)
{
    record_.addText(table_, static_cast<std::size_t>(column_), text);
    statement_.bindBorrowed(++column_, text);
}

void ChainedRow::addBlob(std::span<const std::uint8_t> blob)
{
    record_.addBlob(table_, static_cast<std::size_t>(column_), blob);
    statement_.bindBorrowed(++column_, blob);
}

void ChainedRow::addNull()
{
    statement_.bindNull(++column_);
}

void ChainedRow::addKnown(std::optional<std::int64_t> value)
{
    if (value)
        add(*value);
    else
        addNull();
}

void ChainedRow::addKnownNumber(std::int64_t value)
{
    if (value != 0)
        add(value);
    else
        addNull();
}

void ChainedRow::addKnownText(std::string_view text)
{
    if (!text.empty())
        addText(text);
    else
        addNull();
}

void ChainedRow::end()
{
    assert(column_ == columns_);
    record_.endRow(table_);
}

void ChainedRow::insert()
{
    statement_.run();
}

void ChainedRow::insert(std::span<const std::uint8_t> link)
{
    statement_.bindBorrowed(columns_ + 1, link);
    statement_.run();
}

} // namespace sallyport::db
