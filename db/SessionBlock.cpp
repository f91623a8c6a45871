#include "db/SessionBlock.h"

#include "db/PackedNumbers.h"

#include <algorithm>
#include <cstring>

namespace sallyport::db {
namespace {

// Ids of session_block: the block's number times this, and the column's; the last of a block's has
// its IPv6 addresses, if it has any.
constexpr std::int64_t IdsOfBlock = 32;
constexpr std::int64_t Ipv6Place = SessionColumns;

[[noreturn]] void refuse(const Database& database)
{
    throw DatabaseError(DatabaseError::Kind::Corrupt,
                        database.file().string() + ": its table session_block is damaged");
}

} // namespace

PackedSessionBlock packBlock(const SessionRowsOfBlock& rows)
{
    PackedSessionBlock packed;
    for (std::size_t i = 0; i < SessionColumns; ++i)
        packed.columns[i] = packNumbers(rows.columns[i]);
    packed.ipv6 = rows.ipv6;
    return packed;
}

SessionRowsOfBlock unpackBlock(const PackedSessionBlock& block)
{
    SessionRowsOfBlock rows;
    for (std::size_t i = 0; i < SessionColumns; ++i)
        static_cast<void>(unpackNumbers(block.columns[i], RecordsInBlock, rows.columns[i]));
    rows.ipv6 = block.ipv6;
    return rows;
}

void addSessionBlocksTable(Database& database)
{
    database.execute("CREATE TABLE IF NOT EXISTS session_block (id INTEGER PRIMARY KEY, "
                     "packed BLOB NOT NULL); DELETE FROM session_block");
}

void writeSessionBlock(Statement& insert, std::int64_t number, const PackedSessionBlock& block)
{
    const auto write = [&](std::int64_t place, std::span<const std::uint8_t> bytes) {
        insert.bind(1, number * IdsOfBlock + place);
        insert.bindBorrowed(2, bytes);
        insert.run();
    };
    for (std::size_t i = 0; i < SessionColumns; ++i)
        write(static_cast<std::int64_t>(i), block.columns[i]);
    if (!block.ipv6.empty())
        write(Ipv6Place, {block.ipv6.front().data(), block.ipv6.size() * sizeof(Ipv6Bytes)});
}

bool hasSessionBlocks(OpenAuditFile& file)
{
    Statement& row = file.prepared("SELECT 1 FROM sqlite_master WHERE name = 'session_block'");
    const bool found = row.step();
    row.reset();
    return found;
}

void SessionBlock::open(OpenAuditFile& file, std::int64_t block)
{
    file_ = &file;
    block_ = block;
    firstSeq_ = file.seqs().first + block * RecordsInBlock;
    packed_.reset();
    known_.reset();
    ipv6Known_ = false;
}

void SessionBlock::open(std::shared_ptr<const PackedSessionBlock> block, std::int64_t firstSeq)
{
    file_ = nullptr;
    firstSeq_ = firstSeq;
    packed_ = std::move(block);
    known_.reset();
}

std::span<const std::uint64_t> SessionBlock::operator[](SessionColumn column)
{
    const auto place = static_cast<std::size_t>(column);
    std::vector<std::uint64_t>& numbers = columns_[place];
    if (known_[place])
        return numbers;
    if (!file_) {
        static_cast<void>(unpackNumbers(packed_->columns[place], RecordsInBlock, numbers));
    } else {
        Statement& row = file_->prepared("SELECT packed FROM session_block WHERE id = ?1");
        row.bind(1, block_ * IdsOfBlock + static_cast<std::int64_t>(place));
        const bool good =
            row.step() &&
            unpackNumbers(row.blob(0), static_cast<std::size_t>(RecordsInBlock), numbers);
        row.reset();
        if (!good || (column != SessionColumn::Seq && numbers.size() != size()))
            refuse(file_->database());
    }
    known_.set(place);
    return numbers;
}

std::span<const Ipv6Bytes> SessionBlock::ipv6()
{
    if (!file_)
        return packed_->ipv6;
    if (!ipv6Known_) {
        Statement& row = file_->prepared("SELECT packed FROM session_block WHERE id = ?1");
        row.bind(1, block_ * IdsOfBlock + Ipv6Place);
        const auto bytes = row.step() ? row.blob(0) : std::span<const std::uint8_t>();
        ipv6_.resize(bytes.size() / sizeof(Ipv6Bytes));
        if (!ipv6_.empty())
            std::memcpy(ipv6_.front().data(), bytes.data(), ipv6_.size() * sizeof(Ipv6Bytes));
        row.reset();
        ipv6Known_ = true;
    }
    return ipv6_;
}

} // namespace sallyport::db
