// SessionBlock: what filters ask of the sessions that began in a stretch of a file's records,
// column by column: how they began, and how they stood when the file's last record was written.
//
// Going through one takes a small part of the time that the same rows take. In sealed files blocks
// lie in the table session_block, which sealing makes; of a file that is written they are kept in
// memory (UnsealedSessions). They are derived from the rows, and no evidence.
#pragma once

#include "db/OpenAuditFiles.h"
#include "db/SessionFilter.h"

#include <array>
#include <bitset>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

namespace sallyport::db {

/// Texts are numbers of dict, rules those of rule; 0: none.
enum class SessionColumn : std::uint8_t {
    Seq,  ///< from the block's first on
    Time, ///< microseconds since 1970
    State,
    Client, ///< see SessionBlock::Ipv6
    User,
    Protocol,
    Host,
    Port,
    // As they stand.
    Verdict,
    Inspection,
    Rule,
    Reason, ///< 0 while it is open
    // Each one more than it is, 0 when it is not known.
    PolicyVersion,
    BytesUp,
    BytesDown,
    Duration, ///< microseconds
};
inline constexpr std::size_t SessionColumns = 16;

using SessionNumbers = std::array<std::vector<std::uint64_t>, SessionColumns>;
using Ipv6Bytes = std::array<std::uint8_t, 16>;

/// Of a block, while it is made.
struct SessionRowsOfBlock {
    SessionNumbers columns;
    std::vector<Ipv6Bytes> ipv6;
};

/// Nothing in it changes.
struct PackedSessionBlock {
    std::array<std::vector<std::uint8_t>, SessionColumns> columns;
    std::vector<Ipv6Bytes> ipv6;
};
[[nodiscard]] PackedSessionBlock packBlock(const SessionRowsOfBlock& rows);
[[nodiscard]] SessionRowsOfBlock unpackBlock(const PackedSessionBlock& block);

/// Block n of a file holds the sessions whose first records are from its first seq + n times this
/// on.
inline constexpr std::int64_t RecordsInBlock = 16'384;

class SessionBlock {
public:
    /// A client's number from here on is a place in ipv6(); below, it is an IPv4 address.
    static constexpr std::uint64_t Ipv6 = 1ULL << 32;

    /// Of a sealed file, which must live on while columns are read.
    void open(OpenAuditFile& file, std::int64_t block);
    void open(std::shared_ptr<const PackedSessionBlock> block, std::int64_t firstSeq);

    /// Numbers of one column, read when they are first asked for; valid until open(). Throws
    /// DatabaseError when they are damaged.
    [[nodiscard]] std::span<const std::uint64_t> operator[](SessionColumn column);
    [[nodiscard]] std::span<const Ipv6Bytes> ipv6();
    [[nodiscard]] std::size_t size() { return (*this)[SessionColumn::Seq].size(); }
    [[nodiscard]] std::int64_t seq(std::size_t place)
    {
        return firstSeq_ + static_cast<std::int64_t>((*this)[SessionColumn::Seq][place]);
    }

private:
    OpenAuditFile* file_ = nullptr; // null: of packed_
    std::int64_t block_ = 0;
    std::int64_t firstSeq_ = 0;
    std::shared_ptr<const PackedSessionBlock> packed_;
    SessionNumbers columns_;
    std::bitset<SessionColumns> known_;
    std::vector<Ipv6Bytes> ipv6_;
    bool ipv6Known_ = false;
};

/// Makes the table that blocks of a sealed file lie in, and empties it. Throws DatabaseError.
void addSessionBlocksTable(Database& database);
inline constexpr std::string_view InsertSessionBlock =
    "INSERT INTO session_block (id, packed) VALUES (?1, ?2)";
/// Puts the block with this number into it; `insert` is of InsertSessionBlock.
void writeSessionBlock(Statement& insert, std::int64_t number, const PackedSessionBlock& block);
/// Of a sealed file: whether it has blocks. One that an earlier version sealed has none.
[[nodiscard]] bool hasSessionBlocks(OpenAuditFile& file);

} // namespace sallyport::db
