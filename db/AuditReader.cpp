#include "db/AuditReader.h"

#include "db/OpenAuditFiles.h"

#include <algorithm>
#include <array>
#include <limits>
#include <ranges>
#include <utility>

namespace sallyport::db {
namespace {

constexpr std::int64_t Endless = std::numeric_limits<std::int64_t>::max();

// A file that is being written keeps what was added since in a log of its own for as long as
// somebody reads on in one go: so after so many records we read anew.
constexpr std::int64_t RecordsInOneGo = 50'000;

// The records of one file with seqs of a range, in their order: those of its four tables, merged.
class RecordStream {
public:
    RecordStream(OpenAuditFile& file, const AuditPeriod& period)
        : file_(file), sources_{Source(file, selectBeginnings(condition("s."))),
                                Source(file, selectLaterEvents(condition("e."))),
                                Source(file, selectAdminActs(condition(""))),
                                Source(file, selectCheckpoints(condition("")))}
    {
        for (Source& source : sources_) {
            source.rows.bind(3, period.since ? period.since->time_since_epoch().count() : -Endless);
            source.rows.bind(4, period.until ? period.until->time_since_epoch().count() : Endless);
        }
    }

    template <class VisitRecord>
    AuditReader::Next forEach(SeqRange range, VisitRecord visit)
    {
        file_.rows().committedUpTo(range.last);
        for (Source& source : sources_)
            source.begin(range);
        while (Source* const source = first()) {
            file_.names().keepBounded();
            if (visit(recordOf(*source)) == AuditReader::Next::Stop)
                return AuditReader::Next::Stop;
            source->advance();
        }
        return AuditReader::Next::Continue;
    }

private:
    struct Source {
        Source(const OpenAuditFile& file, const std::string& query)
            : rows(file.database().prepare(query))
        {}

        void begin(SeqRange range)
        {
            rows.reset();
            rows.bind(1, range.first);
            rows.bind(2, range.last);
            advance();
        }
        void advance() { seq = rows.step() ? rows.integer(0) : Endless; }

        Statement rows;
        std::int64_t seq = Endless; // of the row it is at
    };

    // Without the time where the seqs say it already, SQLite would not even look at its column;
    // with it, nobody has to say which end of the range is exact.
    static std::string condition(const std::string& table)
    {
        return "WHERE " + table + "seq >= ?1 AND " + table + "seq <= ?2 AND " + table +
               "time >= ?3 AND " + table + "time < ?4 ORDER BY 1";
    }

    Source* first()
    {
        Source& least = *std::ranges::min_element(sources_, {}, &Source::seq);
        return least.seq == Endless ? nullptr : &least;
    }

    AuditRecord recordOf(const Source& source)
    {
        AuditRows& rows = file_.rows();
        switch (&source - sources_.data()) {
        case 2:
            return rows.ofAdmin(source.rows);
        case 3:
            return rows.ofCheckpoint(source.rows);
        default:
            return rows.ofSession(source.rows, AuditRows::Contents::Read);
        }
    }

    OpenAuditFile& file_;
    std::array<Source, 4> sources_;
};

// Visits what is in `range` of the file.
template <class VisitRecord>
AuditReader::Next forEachIn(OpenAuditFile& file, SeqRange range, const AuditPeriod& period,
                            VisitRecord visit)
{
    const std::int64_t goes = file.isSealed() ? Endless : RecordsInOneGo;
    while (!range.isEmpty()) {
        SeqRange now = range;
        if (now.last - now.first >= goes)
            now.last = now.first + goes - 1;
        if (RecordStream(file, period).forEach(now, visit) == AuditReader::Next::Stop)
            return AuditReader::Next::Stop;
        range.first = now.last + 1;
    }
    return AuditReader::Next::Continue;
}

// Sessions are in the order of their time, but for what workers and the clock do to it.
constexpr std::chrono::minutes EarlierThanItsId{1}; // the clock was set back
constexpr std::chrono::minutes LaterThanItsId{2};   // dialling takes time

// A UUIDv7 begins with the milliseconds since 1970. Ids that nobody made may name any time: within
// what a calendar can say.
AuditTime timeOf(const SessionId& id)
{
    std::int64_t milliseconds = 0;
    for (std::size_t i = 0; i < 6; ++i)
        milliseconds = milliseconds << 8 | id[i];
    return AuditTime{std::chrono::milliseconds(milliseconds)};
}

void findIn(OpenAuditFile& file, SeqRange range, const SessionIdRange& ids, std::size_t limit,
            std::vector<RecordedSession>& found)
{
    Statement rows = file.database().prepare(
        "SELECT seq, session_id FROM session WHERE seq >= ?1 AND seq <= ?2 AND session_id >= ?3 "
        "AND session_id <= ?4 ORDER BY seq LIMIT ?5");
    rows.bind(1, range.first);
    rows.bind(2, range.last);
    rows.bindBorrowed(3, ids.first);
    rows.bindBorrowed(4, ids.last);
    rows.bind(5, static_cast<std::int64_t>(limit - found.size()));
    while (rows.step())
        found.push_back({rows.integer(0), sessionIdOf(rows.blob(1))});
}

} // namespace

AuditReader::AuditReader(const std::filesystem::path& folder)
    : files_(std::make_unique<OpenAuditFiles>(folder))
{}

AuditReader::~AuditReader() = default;
AuditReader::AuditReader(AuditReader&&) noexcept = default;
AuditReader& AuditReader::operator=(AuditReader&&) noexcept = default;

void AuditReader::forEach(const AuditPeriod& period, const Use& use) const
{
    for (const AuditFile& each : std::vector(files_->list()))
        if (const auto file =
                period.meets(each.firstTime, each.lastTime) ? files_->open(each) : nullptr)
            forEachIn(*file, file->seqsOf(period), period, [&](const AuditRecord& record) {
                use(record);
                return Next::Continue;
            });
}

void AuditReader::forEachAfter(std::uint64_t seq, const Visit& visit) const
{
    for (const AuditFile& each : std::vector(files_->list())) {
        const auto file = each.lastSeq > seq ? files_->open(each) : nullptr;
        if (!file)
            continue;
        SeqRange range = file->seqs();
        range.first = std::max(range.first, static_cast<std::int64_t>(seq) + 1);
        if (forEachIn(*file, range, {}, visit) == Next::Stop)
            return;
    }
}

void AuditReader::forEachOfLast(std::size_t count, const Use& use) const
{
    const std::uint64_t last = lastSeq();
    forEachAfter(last - std::min<std::uint64_t>(last, count), [&](const AuditRecord& record) {
        use(record);
        return Next::Continue;
    });
}

void AuditReader::forEachOf(const RecordedSession& session, const Use& use) const
{
    // Its beginning stands in each file that it was open in; the first of them tells it.
    enum class Stage : std::uint8_t { Unknown, Begun, Ended } stage = Stage::Unknown;
    for (const AuditFile& each : std::vector(files_->list())) {
        if (static_cast<std::int64_t>(each.lastSeq) < session.seq)
            continue;
        const auto file = files_->open(each);
        if (!file || !file->hasSession(session.seq))
            continue;
        file->rows().committedUpTo(file->seqs().last);
        const auto give = [&](Statement& row) {
            file->names().keepBounded();
            const AuditRecord record = file->rows().ofSession(row, AuditRows::Contents::Read);
            stage = record.end ? Stage::Ended : Stage::Begun;
            use(record);
        };
        if (stage == Stage::Unknown) {
            Statement begin = file->database().prepare(selectBeginnings("WHERE s.seq = ?1"));
            begin.bind(1, session.seq);
            if (begin.step())
                give(begin);
        }
        Statement later = file->database().prepare(selectLaterEvents(
            "WHERE e.session = ?1 AND e.seq > ?1 AND e.seq <= ?2 ORDER BY e.seq"));
        later.bind(1, session.seq);
        later.bind(2, file->seqs().last);
        while (stage != Stage::Ended && later.step())
            give(later);
        if (stage == Stage::Ended)
            return; // nothing follows, and the rest of the log may be long
    }
}

std::vector<RecordedSession> AuditReader::find(const SessionIdRange& ids, std::size_t limit) const
{
    const AuditPeriod near{timeOf(ids.first) - EarlierThanItsId, timeOf(ids.last) + LaterThanItsId};
    std::vector<RecordedSession> found;
    const auto files = files_->list();
    for (const AuditFile& each : files)
        if (const auto file =
                near.meets(each.firstTime, each.lastTime) ? files_->open(each) : nullptr)
            findIn(*file, file->seqsOf(near), ids, limit, found);
    if (!found.empty())
        return found;
    // The clock may have been set, or the record have waited for the disk.
    for (const AuditFile& each : files)
        if (const auto file = files_->open(each)) {
            SeqRange range = file->seqs();
            if (&each == &files.front())
                range.first = 0; // began in a file that has been deleted
            findIn(*file, range, ids, limit, found);
        }
    return found;
}

std::optional<AuditReader::CheckpointPlace> AuditReader::checkpointBehind(std::uint64_t seq) const
{
    const std::vector<AuditFile> list = files_->list();
    for (const AuditFile& each : list) {
        const auto file = each.lastSeq > seq ? files_->open(each) : nullptr;
        if (!file)
            continue;
        Statement& row =
            file->prepared("SELECT seq, time FROM checkpoint WHERE seq > ?1 ORDER BY seq LIMIT 1");
        row.bind(1, static_cast<std::int64_t>(seq));
        std::optional<CheckpointPlace> place;
        if (row.step())
            place = CheckpointPlace{static_cast<std::uint64_t>(row.integer(0)),
                                    auditTime(row.integer(1))};
        row.reset();
        if (place)
            return place;
    }
    return std::nullopt;
}

std::optional<std::filesystem::path> AuditReader::fileOf(std::uint64_t seq) const
{
    for (const AuditFile& each : files_->list())
        if (seq >= each.firstSeq && seq <= each.lastSeq)
            return each.path;
    return std::nullopt;
}

std::uint64_t AuditReader::lastSeq() const
{
    return files_->lastSeq();
}

std::uint64_t AuditReader::firstSeq() const
{
    const auto& files = files_->list();
    return files.empty() ? 0 : files.front().firstSeq;
}

const std::vector<UnreadableAuditFile>& AuditReader::unreadable() const
{
    return files_->unreadable();
}

} // namespace sallyport::db
