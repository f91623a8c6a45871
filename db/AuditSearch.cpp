#include "db/AuditSearch.h"

#include "db/AuditCandidates.h"
#include "db/AuditFileFilter.h"
#include "db/AuditSessionCourse.h"
#include "db/OpenAuditFiles.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <utility>

namespace sallyport::db {
namespace {

constexpr std::size_t RowsBetweenStops = 256;
constexpr std::int64_t NewestEnd = std::numeric_limits<std::int64_t>::max();

const std::string BeginningOf = selectBeginnings("WHERE s.seq = ?1");
const std::string LaterEventOf = selectLaterEvents("WHERE e.seq = ?1");

// FNV-1a over everything that is asked: cursors of other filters have another hash.
class FilterHash {
public:
    void add(std::string_view text)
    {
        add(text.size());
        for (const char c : text)
            addByte(static_cast<std::uint8_t>(c));
    }
    void add(std::uint64_t number)
    {
        for (int shift = 0; shift < 64; shift += 8)
            addByte(static_cast<std::uint8_t>(number >> shift));
    }
    void add(const std::vector<std::string>& texts)
    {
        add(texts.size());
        for (const std::string& text : texts)
            add(std::string_view(text));
    }
    void add(const std::optional<AuditTime>& time)
    {
        add(std::uint64_t{time.has_value()});
        if (time)
            add(static_cast<std::uint64_t>(time->time_since_epoch().count()));
    }

    [[nodiscard]] std::uint64_t value() const { return hash_; }

private:
    void addByte(std::uint8_t byte) { hash_ = (hash_ ^ byte) * 0x100000001b3; }

    std::uint64_t hash_ = 0xcbf29ce484222325;
};

std::uint64_t hashOf(const SessionFilter& filter)
{
    FilterHash hash;
    hash.add(filter.period.since);
    hash.add(filter.period.until);
    hash.add(filter.hosts);
    hash.add(std::string_view(filter.hostText));
    hash.add(filter.clients.size());
    for (const policy::Network& network : filter.clients)
        hash.add(std::string_view(policy::networkText(network)));
    for (const auto* texts :
         {&filter.users, &filter.rules, &filter.verdicts, &filter.reasons, &filter.protocols})
        hash.add(*texts);
    hash.add(static_cast<std::uint64_t>(filter.state));
    return hash.value();
}

// A cursor is the seq that the next page begins before, and the filter's hash.
constexpr char CursorSeparator = '-';

std::string cursorText(std::int64_t before, std::uint64_t filterHash)
{
    std::array<char, 40> text{};
    char* const end = text.data() + text.size();
    auto place = std::to_chars(text.data(), end, before, 16).ptr;
    *place++ = CursorSeparator;
    place = std::to_chars(place, end, filterHash, 16).ptr;
    return {text.data(), place};
}

std::int64_t cursorPlace(std::string_view cursor, std::uint64_t filterHash)
{
    if (cursor.empty())
        return NewestEnd;
    const std::size_t separator = cursor.find(CursorSeparator);
    std::int64_t before = 0;
    std::uint64_t hash = 0;
    const auto read = [](std::string_view digits, auto& number) {
        const char* const end = digits.data() + digits.size();
        const auto [stop, error] = std::from_chars(digits.data(), end, number, 16);
        return error == std::errc() && stop == end && !digits.empty();
    };
    if (separator == std::string_view::npos || !read(cursor.substr(0, separator), before) ||
        !read(cursor.substr(separator + 1), hash) || before < 0)
        throw BadCursor("the cursor is damaged; use it as it was given, or begin without one");
    if (hash != filterHash)
        throw BadCursor("the cursor belongs to a search with another filter; repeat that filter as "
                        "it was, or begin without a cursor");
    return before;
}

bool mayHold(const AuditFile& file, const AuditPeriod& period)
{
    return (!period.since || file.lastTime >= *period.since) &&
           (!period.until || file.firstTime < *period.until);
}

} // namespace

struct AuditSearch::Parts {
    explicit Parts(const std::filesystem::path& folder) : files(folder) {}

    struct Walk {
        const SessionFilter& filter;
        const Use& use;
        const Stop& stop;
        std::size_t limit = 0;
        std::int64_t before = NewestEnd; ///< sessions from here on were gone through
        std::size_t given = 0;
        std::size_t rows = 0;

        bool stops() { return ++rows % RowsBetweenStops == 0 && stop && stop(); }
    };

    SearchPage search(const SessionFilter& filter, std::int64_t before, std::size_t limit,
                      const Use& use, const Stop& stop);
    SearchPage::Ending searchIn(Walk& walk, const std::vector<AuditFile>& list, std::size_t index);
    bool examine(Walk& walk, const std::vector<AuditFile>& list, std::size_t index,
                 OpenAuditFile& file, std::int64_t session);
    static void give(Walk& walk, OpenAuditFile& file, std::int64_t session,
                     const SessionCourse& course);
    double fractionSince(std::int64_t before, const AuditPeriod& period,
                         const std::vector<AuditFile>& list);

    OpenAuditFiles files;
};

// Goes through the files, newest first.
SearchPage AuditSearch::Parts::search(const SessionFilter& filter, std::int64_t before,
                                      std::size_t limit, const Use& use, const Stop& stop)
{
    const std::vector<AuditFile> list = files.list();
    Walk walk{filter, use, stop, limit, before};
    SearchPage page;
    for (std::size_t i = list.size(); i > 0 && page.ending == SearchPage::Ending::Exhausted; --i) {
        const AuditFile& file = list[i - 1];
        if (static_cast<std::int64_t>(file.firstSeq) < walk.before && mayHold(file, filter.period))
            page.ending = searchIn(walk, list, i - 1);
    }
    page.sessions = walk.given;
    if (page.ending != SearchPage::Ending::Exhausted)
        page.nextCursor = cursorText(walk.before, hashOf(filter));
    if (page.ending == SearchPage::Ending::Stopped)
        page.fraction = fractionSince(walk.before, filter.period, list);
    return page;
}

SearchPage::Ending AuditSearch::Parts::searchIn(Walk& walk, const std::vector<AuditFile>& list,
                                                std::size_t index)
{
    const auto file = files.open(list[index]);
    if (!file)
        return SearchPage::Ending::Exhausted;
    SeqRange range = file->seqsOf(walk.filter.period);
    if (walk.before <= range.last)
        range.last = walk.before - 1;
    AuditFileFilter inFile(*file, walk.filter);
    if (range.isEmpty() || inFile.isImpossible())
        return SearchPage::Ending::Exhausted;
    AuditCandidates candidates(files, list, index, *file, inFile, walk.filter, range, walk.stop);
    while (const Statement* const row = candidates.next()) {
        const std::int64_t session = row->integer(0);
        if (walk.stops())
            return SearchPage::Ending::Stopped;
        if (inFile.beginMatches(*file, *row) && !examine(walk, list, index, *file, session))
            return SearchPage::Ending::Stopped;
        walk.before = session;
        if (walk.given == walk.limit)
            return SearchPage::Ending::Full;
    }
    walk.before = range.first;
    return SearchPage::Ending::Exhausted;
}

// False: it was stopped.
bool AuditSearch::Parts::examine(Walk& walk, const std::vector<AuditFile>& list, std::size_t index,
                                 OpenAuditFile& file, std::int64_t session)
{
    file.names().keepBounded();
    const auto course = followSession(files, list, index, session, walk.stop);
    if (!course)
        return false;
    if (standingMatches(walk.filter, course->standing()))
        give(walk, file, session, *course);
    return true;
}

void AuditSearch::Parts::give(Walk& walk, OpenAuditFile& file, std::int64_t session,
                              const SessionCourse& course)
{
    Statement& begin = file.prepared(BeginningOf);
    begin.bind(1, session);
    if (!begin.step())
        return;
    const AuditRecord beginRecord = file.rows().ofSession(begin, AuditRows::Contents::LeaveOut);
    FoundSession found{beginRecord, nullptr, course.verdict, course.ruleId, course.ruleName};
    AuditRecord lastRecord;
    Statement* last = nullptr;
    if (course.lastFile) {
        last = &course.lastFile->prepared(LaterEventOf);
        last->bind(1, course.lastSeq);
        if (last->step()) {
            lastRecord =
                course.lastFile->otherRows().ofSession(*last, AuditRows::Contents::LeaveOut);
            found.last = &lastRecord;
        }
    }
    ++walk.given;
    walk.use(found);
    begin.reset();
    if (last)
        last->reset();
}

double AuditSearch::Parts::fractionSince(std::int64_t before, const AuditPeriod& period,
                                         const std::vector<AuditFile>& list)
{
    std::int64_t all = 0;
    std::int64_t passed = 0;
    for (const AuditFile& each : list) {
        const auto file = mayHold(each, period) ? files.open(each) : nullptr;
        if (!file)
            continue;
        const SeqRange range = file->seqsOf(period);
        all += range.last + 1 - range.first;
        passed += range.last + 1 - std::clamp(before, range.first, range.last + 1);
    }
    return all == 0 ? 1 : static_cast<double>(passed) / static_cast<double>(all);
}

AuditSearch::AuditSearch(const std::filesystem::path& folder)
    : parts_(std::make_unique<Parts>(folder))
{}

AuditSearch::~AuditSearch() = default;
AuditSearch::AuditSearch(AuditSearch&&) noexcept = default;
AuditSearch& AuditSearch::operator=(AuditSearch&&) noexcept = default;

SearchPage AuditSearch::page(const SessionFilter& filter, std::string_view cursor,
                             std::size_t limit, const Use& use, const Stop& stop)
{
    const std::int64_t before = cursorPlace(cursor, hashOf(filter));
    return parts_->search(filter, before, std::clamp<std::size_t>(limit, 1, MostOnPage), use, stop);
}

SearchPage AuditSearch::forEach(const SessionFilter& filter, const Use& use, const Stop& stop)
{
    return parts_->search(filter, NewestEnd, std::numeric_limits<std::size_t>::max(), use, stop);
}

const std::vector<UnreadableAuditFile>& AuditSearch::unreadable() const
{
    return parts_->files.unreadable();
}

} // namespace sallyport::db
