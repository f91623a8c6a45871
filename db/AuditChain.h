// AuditChain: the hash chain over the records of the audit log, and how a record becomes bytes for
// it.
//
// link(n) = SHA-256(link(n - 1) || record(n)), over all records of a node in the order of their
// seq; link(0) is 32 zero bytes. record(n) is made of the rows that the record added: those of
// dict, rule and certificate first, then of session or session_event or admin or checkpoint,
// contents, tls, websocket, inspection, alert, and last the sessions carried into a new file. Each
// table keeps the first bytes of its records' links, so that a change can be pinned to a record;
// that nobody has computed the whole chain anew is what the signed checkpoints are for.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace sallyport::db {

using ChainLink = std::array<std::uint8_t, 32>;
/// How much of a link stands beside its record.
inline constexpr std::size_t StoredLinkBytes = 8;

/// The tables whose rows records are made of, in the order of their rows in a record.
enum class ChainedTable : std::uint8_t {
    Dict,
    Rule,
    Certificate,
    Session,
    SessionEvent,
    Admin,
    Checkpoint,
    Contents,
    Tls,
    WebSocket,
    Inspection,
    Alert,
    Carried, ///< rows of session with a seq before the file's first
};
inline constexpr std::size_t ChainedTables = 13;

/// The columns of a table as they stand in a record: all but `link`, in the table's order. What is
/// added to a table later is added at the end.
enum class StoredLink : std::uint8_t { No, Yes };
struct ChainedColumns {
    std::string_view table;
    std::span<const std::string_view> columns;
    StoredLink storedLink; ///< whether the table has the column `link` too
};
[[nodiscard]] const ChainedColumns& chainedColumns(ChainedTable table);

/// The bytes of one record: rows of several tables, gathered in any order of tables: a
/// row may be begun while one of another table is under way.
///
/// A row is: the table's number, then for each column that is not NULL its index (one byte), a type
/// byte ('i', 't', 'b') and the value (integers as 8 bytes, least significant first; texts and
/// blobs behind their length in 4 bytes), then 0xff.
class ChainedRecord {
public:
    /// Forgets all rows; those to come are of the record `seq`.
    void begin(std::int64_t seq);
    [[nodiscard]] std::int64_t seq() const { return seq_; }

    void beginRow(ChainedTable table);
    // Of the table's row begun last, in the order of its columns; NULL is left out.
    void add(ChainedTable table, std::size_t column, std::int64_t value);
    void addText(ChainedTable table, std::size_t column, std::string_view text);
    void addBlob(ChainedTable table, std::size_t column, std::span<const std::uint8_t> blob);
    /// Of a type that the store never writes.
    void addOther(ChainedTable table, std::size_t column, std::string_view text);
    void endRow(ChainedTable table);

private:
    friend class AuditChain;
    [[nodiscard]] std::string& rowsOf(ChainedTable table)
    {
        return rows_[static_cast<std::size_t>(table)];
    }
    void addSized(ChainedTable table, std::size_t column, char type, std::string_view bytes);

    std::int64_t seq_ = 0;
    std::array<std::string, ChainedTables> rows_;
};

class AuditChain {
public:
    explicit AuditChain(const ChainLink& last);
    ~AuditChain();
    AuditChain(const AuditChain&) = delete;
    AuditChain& operator=(const AuditChain&) = delete;

    /// Links `record` and returns its link.
    const ChainLink& append(const ChainedRecord& record);
    [[nodiscard]] const ChainLink& last() const { return last_; }
    /// Goes back to an earlier link, when what was appended since is not kept.
    void rewind(const ChainLink& last) { last_ = last; }

private:
    struct Digest;
    ChainLink last_;
    std::unique_ptr<Digest> digest_;
};

} // namespace sallyport::db
