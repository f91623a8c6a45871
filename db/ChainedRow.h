// ChainedRow: adds rows to one of the tables that records are made of, and their bytes to the
// record at the same time, so that what is hashed is what is stored.
#pragma once

#include "db/AuditChain.h"
#include "db/Database.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace sallyport::db {

class ChainedRow {
public:
    /// Both must outlive it.
    ChainedRow(const Database& database, ChainedTable table, ChainedRecord& record);

    void begin();
    // The columns of chainedColumns(table), one call for each, in their order. What is added must
    // live until insert() has returned.
    void add(std::int64_t value);
    void addText(std::string_view text);
    void addBlob(std::span<const std::uint8_t> blob);
    void addNull();
    // What stands for "not known" in the log becomes NULL.
    void addKnown(std::optional<std::int64_t> value);
    void addKnownNumber(std::int64_t value);  ///< 0
    void addKnownText(std::string_view text); ///< empty

    /// Ends the record's part of the row; insert() may follow later.
    void end();
    /// Of a table without stored links.
    void insert();
    /// Of one with them. Throws DatabaseError, as the above.
    void insert(std::span<const std::uint8_t> link);

private:
    const ChainedTable table_;
    ChainedRecord& record_;
    Statement statement_;
    const int columns_;
    int column_ = 0;
};

} // namespace sallyport::db
