#include "db/OpenAuditFiles.h"

#include "db/AuditMemory.h"

#include <algorithm>
#include <limits>
#include <system_error>
#include <utility>

namespace sallyport::db {
namespace {

// Each part comes in the order of its key: SQLite merges them and stops at the first row.
constexpr std::string_view FirstFrom = R"sql(
SELECT seq, time FROM session WHERE seq >= ?1 UNION ALL
SELECT seq, time FROM session_event WHERE seq >= ?1 UNION ALL
SELECT seq, time FROM admin WHERE seq >= ?1 UNION ALL
SELECT seq, time FROM checkpoint WHERE seq >= ?1
ORDER BY 1 LIMIT 1)sql";

bool isGone(const std::filesystem::path& path)
{
    std::error_code ignored;
    return !std::filesystem::exists(path, ignored);
}

} // namespace

OpenAuditFile::OpenAuditFile(const AuditFile& file, HostNames& hosts)
    : about_(file), hosts_(hosts), database_(Database::openReadOnly(file.path)), names_(database_),
      rows_(database_, names_), otherRows_(database_, names_),
      links_(static_cast<std::int64_t>(file.firstSeq))
{
    // Nobody writes a sealed file any more: its lock need not be taken and given back for each
    // statement, which would cost more than most of them. With a write-ahead log it is still to be
    // left alone by its readers (AuditSealing.h).
    if (Statement mode = database_.prepare("PRAGMA journal_mode");
        isSealed() && mode.step() && mode.text(0) != "wal")
        database_.execute("PRAGMA locking_mode = EXCLUSIVE");
}

Statement& OpenAuditFile::prepared(std::string_view text)
{
    auto place = prepared_.find(text.data());
    if (place == prepared_.end())
        place = prepared_.emplace(text.data(), database_.prepare(text)).first;
    place->second.reset();
    return place->second;
}

bool OpenAuditFile::hasSession(std::int64_t seq)
{
    Statement& row = prepared("SELECT 1 FROM session WHERE seq = ?1");
    row.bind(1, seq);
    const bool found = row.step();
    row.reset();
    return found;
}

std::optional<std::int64_t> OpenAuditFile::numberOf(std::string_view kind, std::string_view text)
{
    Statement& row = prepared("SELECT id FROM dict WHERE kind = ?1 AND text = ?2");
    row.bind(1, kind);
    row.bind(2, text);
    std::optional<std::int64_t> number;
    if (row.step())
        number = row.integer(0);
    row.reset();
    return number;
}

SeqRange OpenAuditFile::seqs() const
{
    return {static_cast<std::int64_t>(about_.firstSeq), static_cast<std::int64_t>(about_.lastSeq)};
}

// Let M(n) be the latest time up to record n. It never falls, and a record's own time is at most
// `disorder` before it. So a record earlier than since - disorder has M < since: what is asked for
// comes after it. And from a record at until + disorder on, M is that late and all times are at
// least `until`. Wherever else the halving turns, it gives away speed and no record.
SeqRange OpenAuditFile::seqsOf(const AuditPeriod& period)
{
    const SeqRange all = seqs();
    const std::int64_t disorder = about_.disorder.count();
    const auto firstAtOrAfter = [&](std::int64_t low, std::int64_t time) {
        std::int64_t high = all.last + 1;
        while (low < high) {
            const std::int64_t middle = low + (high - low) / 2;
            const auto place = from(middle);
            if (place && place->time < time)
                low = place->seq + 1;
            else
                high = middle;
        }
        return low;
    };
    SeqRange range = all;
    if (period.since && *period.since > about_.firstTime)
        range.first =
            firstAtOrAfter(all.first, period.since->time_since_epoch().count() - disorder);
    if (period.until && *period.until <= about_.lastTime)
        range.last =
            firstAtOrAfter(range.first, period.until->time_since_epoch().count() + disorder) - 1;
    return range;
}

std::optional<OpenAuditFile::Place> OpenAuditFile::from(std::int64_t seq)
{
    Statement& row = prepared(FirstFrom);
    row.bind(1, seq);
    std::optional<Place> place;
    if (row.step())
        place = Place{row.integer(0), row.integer(1)};
    row.reset();
    return place;
}

std::uint64_t OpenAuditFile::lastSeq()
{
    Statement& row = prepared("SELECT last_seq FROM state");
    const std::int64_t seq = row.step() ? row.integer(0) : 0;
    row.reset();
    return static_cast<std::uint64_t>(seq);
}

OpenAuditFiles::OpenAuditFiles(std::filesystem::path folder, std::shared_ptr<AuditMemory> memory)
    : folder_(std::move(folder)),
      memory_(memory ? std::move(memory) : std::make_shared<AuditMemory>())
{
    if (!std::filesystem::is_directory(folder_.path()))
        throw DatabaseError(DatabaseError::Kind::CannotOpen,
                            folder_.path().string() +
                                ": there is no audit log; `sallyport serve` makes it");
}

OpenAuditFiles::~OpenAuditFiles() = default;

const std::vector<AuditFile>& OpenAuditFiles::list()
{
    files_ = folder_.files();
    memory_->unsealed.forgetOthersThan(files_);
    std::erase_if(open_, [&](const auto& open) {
        const auto file = std::ranges::find(files_, open->about().path, &AuditFile::path);
        if (file == files_.end() || file->firstSeq != open->about().firstSeq)
            return true; // deleted, or another one by the same name
        const bool wasSealed = open->isSealed();
        open->learn(*file);
        // Sealing changes how a file is opened; and until then it must not be in the way.
        return open->isSealed() ? !wasSealed : file + 1 != files_.end();
    });
    return files_;
}

std::shared_ptr<OpenAuditFile> OpenAuditFiles::open(const AuditFile& file)
{
    const auto known =
        std::ranges::find(open_, file.path, [](const auto& open) { return open->about().path; });
    if (known != open_.end()) {
        std::rotate(known, known + 1, open_.end());
        return open_.back();
    }
    try {
        auto opened = std::make_shared<OpenAuditFile>(file, memory_->hosts);
        if (open_.size() >= MostOpen)
            open_.erase(open_.begin());
        open_.push_back(std::move(opened));
    } catch (const DatabaseError&) {
        if (isGone(file.path))
            return nullptr;
        throw;
    }
    return open_.back();
}

std::uint64_t OpenAuditFiles::lastSeq()
{
    auto paths = auditFilePaths(folder_.path());
    if (paths != paths_ || files_.empty()) {
        // A file that has no record yet is to be looked at again.
        if (list().size() == paths.size())
            paths_ = std::move(paths);
    }
    if (files_.empty())
        return 0;
    const auto newest = open(files_.back());
    return newest ? newest->lastSeq() : files_.back().lastSeq;
}

} // namespace sallyport::db
