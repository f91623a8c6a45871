#include "db/AuditFigures.h"

#include "db/AuditCandidates.h"
#include "db/AuditFileFilter.h"
#include "db/AuditMemory.h"
#include "db/AuditRollup.h"
#include "db/AuditSessionCourse.h"
#include "db/BlockFigures.h"
#include "db/FigureSums.h"
#include "db/OpenAuditFiles.h"
#include "db/RollupFigures.h"
#include "db/RowFigures.h"
#include "db/SessionBlockFilter.h"
#include "db/SessionBlocks.h"

#include <algorithm>
#include <utility>

namespace sallyport::db {
namespace {

using std::chrono::seconds;

// Of a period so long, the buckets of the roll-up are narrow enough.
constexpr std::chrono::hours LongEnoughForRollup{1};
constexpr seconds NarrowestBucket{1};
constexpr std::size_t RowsBetweenLooks = 64;

} // namespace

std::string_view facetName(Facet facet)
{
    switch (facet) {
    case Facet::Verdict:
        return "verdict";
    case Facet::Outcome:
        return "outcome";
    case Facet::Reason:
        return "reason";
    case Facet::Rule:
        return "rule";
    case Facet::Protocol:
        return "protocol";
    case Facet::Host:
        return "host";
    case Facet::User:
        return "user";
    case Facet::Client:
        return "client";
    case Facet::Port:
        return "port";
    case Facet::PolicyVersion:
        return "version";
    }
    return "";
}

// Sessions are gone through as a search does, newest first.
struct AuditFigures::Parts {
    Parts(const std::filesystem::path& folder, std::shared_ptr<AuditMemory> memory)
        : files(folder, std::move(memory))
    {}

    struct Request {
        const FiguresWanted& wanted;
        std::vector<AuditFile> list;
        FigureSpan span;
        HistogramSums histogram;
        std::vector<FacetSums> facets;
    };
    // What is to be taken from the sessions themselves.
    struct Walk {
        const FiguresWanted& wanted;
        const std::vector<AuditFile>& list;
        const AuditSearch::Stop& stop;
        HistogramSums* histogram; // null: not wanted
        const std::vector<FacetSums*>& facets;
        bool follows; // how each session stands is needed
        std::int64_t all = 0;
        std::int64_t passed = 0;
        bool stopped = false;
    };

    void addRollups(Request& request);
    double addSessions(Request& request, HistogramSums* histogram,
                       const std::vector<FacetSums*>& facets, const AuditSearch::Stop& stop);
    // Both return the seq down to which they came.
    std::int64_t addRows(Walk& walk, std::size_t index, OpenAuditFile& file,
                         AuditFileFilter& inFile, AuditCandidates& candidates, SeqRange range);
    std::int64_t addBlocks(Walk& walk, std::size_t index, OpenAuditFile& file,
                           AuditFileFilter& inFile, SessionBlocks& blocks, SeqRange range);
    bool addFollowed(Walk& walk, std::size_t index, SessionBlock& block,
                     std::span<const std::uint8_t> matches, BlockFigures& sums);

    OpenAuditFiles files;
    SessionBlock block;
};

void AuditFigures::Parts::addRollups(Request& request)
{
    for (auto each = request.list.rbegin(); each != request.list.rend(); ++each)
        if (const auto file = request.wanted.filter.period.meets(each->firstTime, each->lastTime)
                                  ? files.open(*each)
                                  : nullptr)
            addRollup(*file, request.wanted, request.span, request.histogram, request.facets);
}

// Returns the share of the period's records that it came through before it was stopped.
double AuditFigures::Parts::addSessions(Request& request, HistogramSums* histogram,
                                        const std::vector<FacetSums*>& facets,
                                        const AuditSearch::Stop& stop)
{
    const SessionFilter& filter = request.wanted.filter;
    const bool follows = histogram || asksForStanding(filter) ||
                         std::ranges::any_of(facets, [](const FacetSums* each) {
                             return isOfRollup(each->facet());
                         });
    Walk walk{request.wanted, request.list, stop, histogram, facets, follows};
    for (std::size_t i = request.list.size(); i > 0; --i) {
        const AuditFile& about = request.list[i - 1];
        const auto file =
            filter.period.meets(about.firstTime, about.lastTime) ? files.open(about) : nullptr;
        if (!file)
            continue;
        const SeqRange range = file->seqsOf(filter.period);
        walk.all += std::max<std::int64_t>(0, range.last + 1 - range.first);
        if (walk.stopped || range.isEmpty())
            continue;
        AuditFileFilter inFile(*file, filter);
        std::int64_t from = range.first;
        if (!inFile.isImpossible()) {
            SessionBlocks blocks(files, *file);
            AuditCandidates candidates(files, request.list, i - 1, *file, inFile, filter, range,
                                       SearchPage::Order::NewestFirst, stop);
            from = blocks.exist() && !candidates.areFew()
                       ? addBlocks(walk, i - 1, *file, inFile, blocks, range)
                       : addRows(walk, i - 1, *file, inFile, candidates, range);
        }
        walk.passed += range.last + 1 - from;
        walk.stopped = walk.stopped || walk.stop();
    }
    return walk.all == 0 ? 1 : static_cast<double>(walk.passed) / static_cast<double>(walk.all);
}

std::int64_t AuditFigures::Parts::addRows(Walk& walk, std::size_t index, OpenAuditFile& file,
                                          AuditFileFilter& inFile, AuditCandidates& candidates,
                                          SeqRange range)
{
    RowFigures sums(file, walk.wanted, walk.histogram, walk.facets);
    std::int64_t from = range.first;
    std::size_t rows = 0;
    while (const Statement* const row = candidates.next()) {
        const std::int64_t session = row->integer(AuditFileFilter::Seq);
        walk.stopped = ++rows % RowsBetweenLooks == 0 && walk.stop();
        std::optional<SessionCourse> course;
        if (!walk.stopped && inFile.beginMatches(file, *row)) {
            if (walk.follows) {
                file.names().keepBounded();
                course = followSession(files, walk.list, index, session, walk.stop);
                walk.stopped = !course;
            }
            if (!course || standingMatches(walk.wanted.filter, course->standing()))
                if (!walk.stopped)
                    sums.add(*row, course);
        }
        if (walk.stopped) {
            from = session + 1;
            break;
        }
    }
    sums.give();
    return from;
}

std::int64_t AuditFigures::Parts::addBlocks(Walk& walk, std::size_t index, OpenAuditFile& file,
                                            AuditFileFilter& inFile, SessionBlocks& blocks,
                                            SeqRange range)
{
    const bool isNewest = index + 1 == walk.list.size();
    SessionBlockFilter filter(file, inFile, walk.wanted.filter,
                              isNewest || !walk.follows
                                  ? SessionBlockFilter::OpenSessions::StandHere
                                  : SessionBlockFilter::OpenSessions::GoOn);
    BlockFigures sums(file, walk.wanted, walk.histogram, walk.facets);
    std::int64_t from = range.last + 1;
    for (std::int64_t number = blocks.blockOf(range.last); number >= blocks.blockOf(range.first);
         --number) {
        if (blocks.open(block, number, walk.stop) == SessionBlocks::Opened::Stopped) {
            walk.stopped = true;
            break;
        }
        const auto matches = filter.matches(block, range);
        sums.add(block, matches);
        if (!addFollowed(walk, index, block, matches, sums)) {
            walk.stopped = true;
            break;
        }
        from = std::max(range.first, blocks.range(number).first);
        if (from > range.first && walk.stop()) {
            walk.stopped = true;
            break;
        }
    }
    sums.give();
    return from;
}

// False: it was stopped.
bool AuditFigures::Parts::addFollowed(Walk& walk, std::size_t index, SessionBlock& in,
                                      std::span<const std::uint8_t> matches, BlockFigures& sums)
{
    for (std::size_t place = 0; place < matches.size(); ++place) {
        if (matches[place] != SessionBlockFilter::Follow)
            continue;
        const auto course =
            files.memory().carried.follow(files, walk.list, index, in.seq(place), walk.stop);
        if (!course)
            return false;
        if (standingMatches(walk.wanted.filter, course->standing()))
            sums.add(in, place, *course);
    }
    return true;
}

AuditFigures::AuditFigures(const std::filesystem::path& folder, std::shared_ptr<AuditMemory> memory)
    : parts_(std::make_unique<Parts>(folder, std::move(memory)))
{}

AuditFigures::~AuditFigures() = default;
AuditFigures::AuditFigures(AuditFigures&&) noexcept = default;
AuditFigures& AuditFigures::operator=(AuditFigures&&) noexcept = default;

Figures AuditFigures::figures(const FiguresWanted& wanted, const AuditSearch::Stop& stop)
{
    const auto began = std::chrono::steady_clock::now();
    const std::vector<AuditFile> list = parts_->files.list();
    const FigureSpan span = figureSpan(wanted.filter.period, list);
    const bool longEnough = wanted.buckets == 0 || span.to - span.from >= LongEnoughForRollup;
    const bool byRollup = rollupTells(wanted.filter) && longEnough;
    const bool follows = asksForStanding(wanted.filter) || !byRollup;
    const seconds least = byRollup ? seconds(AuditRollup::Bucket) : NarrowestBucket;
    Parts::Request request{wanted, list, span, HistogramSums(span, least, wanted.buckets), {}};
    for (const Facet facet : wanted.facets)
        request.facets.emplace_back(facet, follows || isOfRollup(facet)
                                               ? FacetSums::Bytes::Known
                                               : FacetSums::Bytes::Unknown);

    Figures figures;
    if (!span.isEmpty()) {
        if (byRollup)
            parts_->addRollups(request);
        std::vector<FacetSums*> fromSessions;
        for (FacetSums& facet : request.facets)
            if (!byRollup || !isOfRollup(facet.facet()))
                fromSessions.push_back(&facet);
        const bool histogramFromSessions = !byRollup && wanted.buckets != 0;
        if (!fromSessions.empty() || histogramFromSessions)
            figures.fraction = parts_->addSessions(
                request, histogramFromSessions ? &request.histogram : nullptr, fromSessions, [&] {
                    return std::chrono::steady_clock::now() - began >= wanted.budget ||
                           (stop && stop());
                });
    }
    figures.histogram = request.histogram.take();
    for (const FacetSums& facet : request.facets)
        figures.facets.push_back(facet.figures(wanted.values));
    return figures;
}

std::vector<AuditFileFigures> AuditFigures::files()
{
    std::vector<AuditFileFigures> all;
    for (const AuditFile& each : std::vector(parts_->files.list())) {
        const auto file = parts_->files.open(each);
        if (!file)
            continue;
        AuditFileFigures& one = all.emplace_back();
        one.file = each.path;
        one.firstSeq = each.firstSeq;
        one.lastSeq = each.lastSeq;
        one.firstTime = each.firstTime;
        one.lastTime = each.lastTime;
        one.condition = each.sealed ? AuditFileFigures::Condition::Sealed
                                    : AuditFileFigures::Condition::Written;
        one.bytesOnDisk = each.bytes;
        Statement& row =
            file->prepared("SELECT sum(iif(reason = 0, sessions, 0)), sum(iif(reason = 0, 0, "
                           "sessions)), sum(bytes_up), sum(bytes_down) FROM rollup");
        if (row.step()) {
            one.begun = static_cast<std::uint64_t>(row.integer(0));
            one.ended = static_cast<std::uint64_t>(row.integer(1));
            one.bytesUp = static_cast<std::uint64_t>(row.integer(2));
            one.bytesDown = static_cast<std::uint64_t>(row.integer(3));
        }
        row.reset();
    }
    return all;
}

} // namespace sallyport::db
