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
    void add(const std::optional<std::uint64_t>& number)
    {
        add(std::uint64_t{number.has_value()});
        add(number.value_or(0));
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

void addValues(FilterHash& hash, const SessionValues& values)
{
    hash.add(values.hosts);
    hash.add(values.clients.size());
    for (const policy::Network& network : values.clients)
        hash.add(std::string_view(policy::networkText(network)));
    for (const auto* texts :
         {&values.users, &values.rules, &values.verdicts, &values.reasons, &values.protocols})
        hash.add(*texts);
    hash.add(values.outcomes.size());
    for (const SessionOutcome outcome : values.outcomes)
        hash.add(static_cast<std::uint64_t>(outcome));
    hash.add(values.ports.size());
    for (const policy::PortRange& range : values.ports) {
        hash.add(std::uint64_t{range.first});
        hash.add(std::uint64_t{range.last});
    }
    hash.add(values.policyVersions.size());
    for (const std::uint32_t version : values.policyVersions)
        hash.add(std::uint64_t{version});
}

std::uint64_t hashOf(const SessionFilter& filter)
{
    FilterHash hash;
    hash.add(filter.period.since);
    hash.add(filter.period.until);
    addValues(hash, filter);
    addValues(hash, filter.without);
    hash.add(std::string_view(filter.hostText));
    hash.add(static_cast<std::uint64_t>(filter.state));
    for (const auto* bounds :
         {&filter.bytesUp, &filter.bytesDown, &filter.bytes, &filter.durationMicroseconds}) {
        hash.add(bounds->least);
        hash.add(bounds->most);
    }
    return hash.value();
}

// A cursor is a seq and the filter's hash: of the page with sessions before that seq or, with a
// mark in front, of those behind it.
constexpr char CursorSeparator = '-';
constexpr char NewerMark = 'n';

struct Place {
    SearchPage::Order order = SearchPage::Order::NewestFirst;
    std::int64_t seq = NewestEnd; ///< not included
};

std::string cursorText(const Place& place, std::uint64_t filterHash)
{
    std::array<char, 40> text{};
    char* const end = text.data() + text.size();
    char* at = text.data();
    if (place.order == SearchPage::Order::OldestFirst)
        *at++ = NewerMark;
    at = std::to_chars(at, end, place.seq, 16).ptr;
    *at++ = CursorSeparator;
    at = std::to_chars(at, end, filterHash, 16).ptr;
    return {text.data(), at};
}

Place cursorPlace(std::string_view cursor, std::uint64_t filterHash)
{
    Place place;
    if (cursor.empty())
        return place;
    if (cursor.starts_with(NewerMark)) {
        place.order = SearchPage::Order::OldestFirst;
        cursor.remove_prefix(1);
    }
    const std::size_t separator = cursor.find(CursorSeparator);
    std::uint64_t hash = 0;
    const auto read = [](std::string_view digits, auto& number) {
        const char* const end = digits.data() + digits.size();
        const auto [stop, error] = std::from_chars(digits.data(), end, number, 16);
        return error == std::errc() && stop == end && !digits.empty();
    };
    if (separator == std::string_view::npos || !read(cursor.substr(0, separator), place.seq) ||
        !read(cursor.substr(separator + 1), hash) || place.seq < 0)
        throw BadCursor("the cursor is damaged; use it as it was given, or begin without one");
    if (hash != filterHash)
        throw BadCursor("the cursor belongs to a search with another filter; repeat that filter as "
                        "it was, or begin without a cursor");
    return place;
}

} // namespace

struct AuditSearch::Parts {
    Parts(const std::filesystem::path& folder, std::shared_ptr<AuditMemory> memory)
        : files(folder, std::move(memory))
    {}

    struct Walk {
        const SessionFilter& filter;
        const Use& use;
        const Stop& stop;
        std::size_t limit = 0;
        Place place; ///< sessions up to here, as the order goes, were gone through
        std::size_t given = 0;
        std::int64_t newestGiven = 0;
        std::size_t rows = 0;

        bool stops() { return ++rows % RowsBetweenStops == 0 && stop && stop(); }
    };

    SearchPage search(const SessionFilter& filter, Place place, std::size_t limit, const Use& use,
                      const Stop& stop);
    SearchPage::Ending searchNewestFirst(Walk& walk, const std::vector<AuditFile>& list);
    SearchPage::Ending searchOldestFirst(Walk& walk, const std::vector<AuditFile>& list);
    SearchPage::Ending searchIn(Walk& walk, const std::vector<AuditFile>& list, std::size_t index);
    bool examine(Walk& walk, const std::vector<AuditFile>& list, std::size_t index,
                 OpenAuditFile& file, std::int64_t session);
    static void give(Walk& walk, OpenAuditFile& file, std::int64_t session,
                     const SessionCourse& course);
    double fractionSince(std::int64_t before, const AuditPeriod& period,
                         const std::vector<AuditFile>& list);

    OpenAuditFiles files;
};

SearchPage AuditSearch::Parts::search(const SessionFilter& filter, Place place, std::size_t limit,
                                      const Use& use, const Stop& stop)
{
    using enum SearchPage::Order;
    const std::vector<AuditFile> list = files.list();
    const std::uint64_t hash = hashOf(filter);
    Walk walk{filter, use, stop, limit, place};
    SearchPage page;
    page.order = place.order;
    page.ending =
        place.order == NewestFirst ? searchNewestFirst(walk, list) : searchOldestFirst(walk, list);
    page.sessions = walk.given;
    const bool wholePeriod = page.ending == SearchPage::Ending::Exhausted;
    if (place.order == OldestFirst) {
        page.nextCursor = cursorText({NewestFirst, place.seq + 1}, hash);
        page.newerCursor = cursorText(
            {OldestFirst, wholePeriod ? std::max(place.seq, walk.newestGiven) : walk.place.seq},
            hash);
        return page;
    }
    if (!wholePeriod)
        page.nextCursor = cursorText(walk.place, hash);
    // Of what was gone through before nothing is known any more: an empty page goes on behind it.
    const std::int64_t end = list.empty() ? 0 : static_cast<std::int64_t>(list.back().lastSeq);
    const std::int64_t newest = walk.given != 0 ? walk.newestGiven : std::min(place.seq - 1, end);
    page.newerCursor = cursorText({OldestFirst, newest}, hash);
    if (page.ending == SearchPage::Ending::Stopped)
        page.fraction = fractionSince(walk.place.seq, filter.period, list);
    return page;
}

SearchPage::Ending AuditSearch::Parts::searchNewestFirst(Walk& walk,
                                                         const std::vector<AuditFile>& list)
{
    const std::int64_t begin = walk.place.seq;
    auto ending = SearchPage::Ending::Exhausted;
    for (std::size_t i = list.size(); i > 0 && ending == SearchPage::Ending::Exhausted; --i) {
        const AuditFile& file = list[i - 1];
        if (static_cast<std::int64_t>(file.firstSeq) < walk.place.seq &&
            walk.filter.period.meets(file.firstTime, file.lastTime))
            ending = walk.place.seq != begin && walk.stop && walk.stop()
                         ? SearchPage::Ending::Stopped
                         : searchIn(walk, list, i - 1);
    }
    return ending;
}

SearchPage::Ending AuditSearch::Parts::searchOldestFirst(Walk& walk,
                                                         const std::vector<AuditFile>& list)
{
    const std::int64_t begin = walk.place.seq;
    auto ending = SearchPage::Ending::Exhausted;
    for (std::size_t i = 0; i < list.size() && ending == SearchPage::Ending::Exhausted; ++i)
        if (static_cast<std::int64_t>(list[i].lastSeq) > walk.place.seq &&
            walk.filter.period.meets(list[i].firstTime, list[i].lastTime))
            ending = walk.place.seq != begin && walk.stop && walk.stop()
                         ? SearchPage::Ending::Stopped
                         : searchIn(walk, list, i);
    return ending;
}

SearchPage::Ending AuditSearch::Parts::searchIn(Walk& walk, const std::vector<AuditFile>& list,
                                                std::size_t index)
{
    const bool newestFirst = walk.place.order == SearchPage::Order::NewestFirst;
    const auto file = files.open(list[index]);
    if (!file)
        return SearchPage::Ending::Exhausted;
    SeqRange range = file->seqsOf(walk.filter.period);
    if (newestFirst && walk.place.seq <= range.last)
        range.last = walk.place.seq - 1;
    if (!newestFirst && walk.place.seq >= range.first)
        range.first = walk.place.seq + 1;
    if (range.isEmpty())
        return SearchPage::Ending::Exhausted;
    const std::int64_t end = newestFirst ? range.first : range.last;
    AuditFileFilter inFile(*file, walk.filter);
    if (inFile.isImpossible()) {
        walk.place.seq = end;
        return SearchPage::Ending::Exhausted;
    }
    AuditCandidates candidates(files, list, index, *file, inFile, walk.filter, range,
                               walk.place.order, walk.stop);
    while (const Statement* const row = candidates.next()) {
        const std::int64_t session = row->integer(0);
        if (walk.stops())
            return SearchPage::Ending::Stopped;
        if (inFile.beginMatches(*file, *row) && !examine(walk, list, index, *file, session))
            return SearchPage::Ending::Stopped;
        walk.place.seq = session;
        if (walk.given == walk.limit)
            return SearchPage::Ending::Full;
    }
    if (const auto from = candidates.stoppedAt()) {
        walk.place.seq = *from;
        return SearchPage::Ending::Stopped;
    }
    walk.place.seq = end;
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
    FoundSession found{beginRecord,      nullptr,          course.verdict, course.ruleId,
                       course.ruleName,  course.ruleLayer, course.reason,  course.policyVersion,
                       course.outcome(), course.state};
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
    walk.newestGiven = std::max(walk.newestGiven, session);
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
        const auto file = period.meets(each.firstTime, each.lastTime) ? files.open(each) : nullptr;
        if (!file)
            continue;
        const SeqRange range = file->seqsOf(period);
        all += range.last + 1 - range.first;
        passed += range.last + 1 - std::clamp(before, range.first, range.last + 1);
    }
    return all == 0 ? 1 : static_cast<double>(passed) / static_cast<double>(all);
}

AuditSearch::AuditSearch(const std::filesystem::path& folder, std::shared_ptr<AuditMemory> memory)
    : parts_(std::make_unique<Parts>(folder, std::move(memory)))
{}

AuditSearch::~AuditSearch() = default;
AuditSearch::AuditSearch(AuditSearch&&) noexcept = default;
AuditSearch& AuditSearch::operator=(AuditSearch&&) noexcept = default;

SearchPage AuditSearch::page(const SessionFilter& filter, std::string_view cursor,
                             std::size_t limit, const Use& use, const Stop& stop)
{
    const Place place = cursorPlace(cursor, hashOf(filter));
    return parts_->search(filter, place, std::clamp<std::size_t>(limit, 1, MostOnPage), use, stop);
}

SearchPage AuditSearch::forEach(const SessionFilter& filter, const Use& use, const Stop& stop)
{
    return parts_->search(filter, Place{}, std::numeric_limits<std::size_t>::max(), use, stop);
}

bool AuditSearch::give(std::int64_t seq, const Use& use)
{
    const SessionFilter everything;
    const Stop never;
    const std::vector<AuditFile> list = parts_->files.list();
    const auto file = std::ranges::find_if(list, [seq](const AuditFile& each) {
        return seq >= static_cast<std::int64_t>(each.firstSeq) &&
               seq <= static_cast<std::int64_t>(each.lastSeq);
    });
    const auto opened = file == list.end() ? nullptr : parts_->files.open(*file);
    if (!opened)
        return false;
    Parts::Walk walk{everything, use, never, 1, {}};
    static_cast<void>(
        parts_->examine(walk, list, static_cast<std::size_t>(file - list.begin()), *opened, seq));
    return walk.given != 0;
}

const std::vector<UnreadableAuditFile>& AuditSearch::unreadable() const
{
    return parts_->files.unreadable();
}

} // namespace sallyport::db
