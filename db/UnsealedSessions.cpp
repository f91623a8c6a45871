#include "db/UnsealedSessions.h"

#include "db/SessionBlockMaker.h"

#include <algorithm>
#include <map>
#include <utility>

namespace sallyport::db {
namespace {

// When more was added since somebody asked last, it is quicker to begin again at the newest end.
constexpr std::int64_t MostAdded = 4 * RecordsInBlock;

// Behind those that are there, from the same block.
void append(SessionRowsOfBlock& rows, const SessionRowsOfBlock& added)
{
    const std::size_t before = rows.ipv6.size();
    for (std::size_t i = 0; i < SessionColumns; ++i) {
        const bool isClient = i == static_cast<std::size_t>(SessionColumn::Client);
        for (const std::uint64_t number : added.columns[i])
            rows.columns[i].push_back(isClient && number >= SessionBlock::Ipv6 ? number + before
                                                                               : number);
    }
    rows.ipv6.insert(rows.ipv6.end(), added.ipv6.begin(), added.ipv6.end());
}

} // namespace

// Of one file. Records from from_ to to_ are in blocks_.
class UnsealedSessions::Blocks {
public:
    Blocks(std::int64_t firstSeq, std::int64_t lastSeq)
        : firstSeq_(firstSeq), from_(lastSeq + 1), to_(lastSeq), maker_(firstSeq)
    {}

    [[nodiscard]] std::int64_t firstSeq() const { return firstSeq_; }
    [[nodiscard]] std::int64_t lastSeq() const { return to_; }

    [[nodiscard]] bool covers(std::int64_t block, std::int64_t lastSeq) const
    {
        return to_ >= lastSeq && from_ <= firstOf(block);
    }
    // One step further.
    void extend(const Database& database, std::int64_t lastSeq)
    {
        if (to_ < lastSeq)
            addNewer(database, {to_ + 1, std::min(lastSeq, lastOf(blockOf(to_ + 1)))});
        else
            addOlder(database, {firstOf(blockOf(from_ - 1)), from_ - 1});
    }

    [[nodiscard]] std::shared_ptr<const PackedSessionBlock> block(std::int64_t number)
    {
        return place(number);
    }

private:
    using Packed = std::shared_ptr<const PackedSessionBlock>;

    [[nodiscard]] std::int64_t blockOf(std::int64_t seq) const
    {
        return (seq - firstSeq_) / RecordsInBlock;
    }
    [[nodiscard]] std::int64_t firstOf(std::int64_t block) const
    {
        return firstSeq_ + block * RecordsInBlock;
    }
    [[nodiscard]] std::int64_t lastOf(std::int64_t block) const { return firstOf(block + 1) - 1; }
    [[nodiscard]] Packed& place(std::int64_t block)
    {
        const auto place = static_cast<std::size_t>(block);
        if (place >= blocks_.size())
            blocks_.resize(place + 1);
        return blocks_[place];
    }
    static Packed pack(const SessionRowsOfBlock& rows)
    {
        return std::make_shared<const PackedSessionBlock>(packBlock(rows));
    }

    void addOlder(const Database& database, SeqRange range)
    {
        SessionRowsOfBlock rows = maker_.before(database, range);
        Packed& first = place(blockOf(range.first));
        if (first)
            append(rows, unpackBlock(*first));
        first = pack(rows);
        from_ = range.first;
    }

    void addNewer(const Database& database, SeqRange range)
    {
        SessionBlockMaker added(firstSeq_);
        const SessionRowsOfBlock rows = added.before(database, range);
        Packed& last = place(blockOf(range.first));
        if (last) {
            SessionRowsOfBlock all = unpackBlock(*last);
            append(all, rows);
            last = pack(all);
        } else {
            last = pack(rows);
            from_ = std::min(from_, range.first);
        }
        to_ = range.last;
        changeEarlier({added.ofEarlier().begin(), added.ofEarlier().end()}); // by seq
    }

    // Each block once.
    void changeEarlier(const std::map<std::int64_t, SessionChange>& changes)
    {
        std::int64_t open = -1;
        SessionRowsOfBlock rows;
        const auto finish = [&] {
            if (open >= 0)
                place(open) = pack(rows);
        };
        for (const auto& [session, change] : changes) {
            if (session < from_) {
                maker_.addLater(session, change);
                continue;
            }
            if (const auto block = blockOf(session); block != open) {
                finish();
                open = block;
                rows = unpackBlock(*place(block));
            }
            const auto& seqs = rows.columns[static_cast<std::size_t>(SessionColumn::Seq)];
            const auto wanted = static_cast<std::uint64_t>(session - firstOf(open));
            const auto found = std::ranges::lower_bound(seqs, wanted);
            if (found != seqs.end() && *found == wanted)
                db::change(rows, static_cast<std::size_t>(found - seqs.begin()), change);
        }
        finish();
    }

    std::int64_t firstSeq_;
    std::int64_t from_;
    std::int64_t to_;
    SessionBlockMaker maker_;
    std::vector<Packed> blocks_;
};

UnsealedSessions::UnsealedSessions() = default;
UnsealedSessions::~UnsealedSessions() = default;

std::shared_ptr<const PackedSessionBlock>
UnsealedSessions::block(OpenAuditFile& file, std::int64_t number, const Stop& stop)
{
    const SeqRange all = file.seqs();
    do {
        // For a step at a time, so that others wait only for one.
        const std::scoped_lock lock(mutex_);
        auto& blocks = files_[file.about().path];
        if (!blocks || blocks->firstSeq() != all.first || all.last - blocks->lastSeq() > MostAdded)
            blocks = std::make_shared<Blocks>(all.first, all.last);
        if (!blocks->covers(number, all.last))
            blocks->extend(file.database(), all.last);
        if (blocks->covers(number, all.last))
            return blocks->block(number);
    } while (!stop || !stop());
    return nullptr;
}

void UnsealedSessions::forgetOthersThan(const std::vector<AuditFile>& files)
{
    const std::scoped_lock lock(mutex_);
    std::erase_if(files_, [&](const auto& each) {
        return std::ranges::none_of(
            files, [&](const AuditFile& file) { return file.path == each.first && !file.sealed; });
    });
}

} // namespace sallyport::db
