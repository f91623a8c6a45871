#include "db/AuditFigures.h"

#include "db/AuditCandidates.h"
#include "db/AuditFileFilter.h"
#include "db/AuditNames.h"
#include "db/AuditRollup.h"
#include "db/AuditSessionCourse.h"
#include "db/OpenAuditFiles.h"

#include <algorithm>
#include <array>
#include <map>
#include <unordered_map>
#include <utility>

namespace sallyport::db {
namespace {

using std::chrono::seconds;

constexpr std::array<seconds, 14> BucketWidths{
    seconds(1),      seconds(5),      seconds(10),     seconds(30),     seconds(60),
    seconds(300),    seconds(900),    seconds(1800),   seconds(3600),   seconds(10'800),
    seconds(21'600), seconds(43'200), seconds(86'400), seconds(604'800)};
// Of a period so long, the buckets of the roll-up are narrow enough.
constexpr std::chrono::hours LongEnoughForRollup{1};
constexpr std::size_t RowsBetweenLooks = 64;

struct Span {
    AuditTime from{};
    AuditTime to{}; ///< not included; not after from: there is nothing

    [[nodiscard]] bool isEmpty() const { return to <= from; }
};

bool mayHold(const AuditFile& file, const AuditPeriod& period)
{
    return (!period.since || file.lastTime >= *period.since) &&
           (!period.until || file.firstTime < *period.until);
}

Span spanOf(const AuditPeriod& period, const std::vector<AuditFile>& files)
{
    Span span{AuditTime::max(), AuditTime::min()};
    for (const AuditFile& file : files) {
        span.from = std::min(span.from, file.firstTime);
        span.to = std::max(span.to, file.lastTime + std::chrono::microseconds(1));
    }
    if (period.since)
        span.from = std::max(span.from, *period.since);
    if (period.until)
        span.to = std::min(span.to, *period.until);
    return files.empty() ? Span{} : span;
}

bool isOfRollup(Facet facet)
{
    return facet == Facet::Verdict || facet == Facet::Reason || facet == Facet::Rule ||
           facet == Facet::Protocol;
}

bool rollupTells(const SessionFilter& filter)
{
    return filter.hosts.empty() && filter.hostText.empty() && filter.clients.empty() &&
           filter.users.empty() && filter.state == SessionState::Any;
}

class HistogramSums {
public:
    HistogramSums(Span span, seconds least, std::size_t mostBuckets)
    {
        if (span.isEmpty() || mostBuckets == 0)
            return;
        for (const seconds width : BucketWidths) {
            histogram_.bucket = width;
            if (width >= least &&
                (span.to - span.from) / width < static_cast<std::int64_t>(mostBuckets))
                break;
        }
        const auto width = histogram_.bucket;
        const auto first = std::chrono::floor<seconds>(span.from).time_since_epoch() / width;
        const auto last = (span.to.time_since_epoch() - std::chrono::microseconds(1)) / width;
        histogram_.from = AuditTime{width * first};
        buckets_ = static_cast<std::size_t>(last - first + 1);
    }

    void add(std::string_view verdict, AuditTime time, std::uint64_t sessions)
    {
        if (buckets_ == 0 || time < histogram_.from)
            return;
        const auto bucket = static_cast<std::size_t>((time - histogram_.from) / histogram_.bucket);
        if (bucket >= buckets_)
            return;
        auto series = std::ranges::find(histogram_.series, verdict, &HistogramSeries::verdict);
        if (series == histogram_.series.end()) {
            histogram_.series.push_back({std::string(verdict), {}});
            series = histogram_.series.end() - 1;
            series->sessions.resize(buckets_);
        }
        series->sessions[bucket] += sessions;
    }

    Histogram take()
    {
        std::ranges::sort(histogram_.series, {}, &HistogramSeries::verdict);
        return std::move(histogram_);
    }

private:
    Histogram histogram_;
    std::size_t buckets_ = 0;
};

struct Sum {
    std::uint64_t sessions = 0;
    std::uint64_t bytesUp = 0;
    std::uint64_t bytesDown = 0;
};

class FacetSums {
public:
    enum class Bytes : std::uint8_t { Known, Unknown };

    FacetSums(Facet facet, Bytes bytes) : facet_(facet), bytes_(bytes) {}

    [[nodiscard]] Facet facet() const { return facet_; }
    // The label is that of the first call: the newest.
    void add(std::string_view value, std::string_view label, const Sum& sum)
    {
        auto place = values_.find(value);
        if (place == values_.end())
            place = values_.emplace(value, Labelled{std::string(label), {}}).first;
        Sum& all = place->second.sum;
        all.sessions += sum.sessions;
        all.bytesUp += sum.bytesUp;
        all.bytesDown += sum.bytesDown;
    }

    [[nodiscard]] FacetFigures figures(std::size_t most) const
    {
        FacetFigures figures{facet_, {}, 0};
        for (const auto& [value, labelled] : values_) {
            const Sum& sum = labelled.sum;
            if (sum.sessions == 0)
                continue; // only ends of sessions that began before
            FacetValue& one = figures.values.emplace_back(
                FacetValue{value, labelled.label, sum.sessions, {}, {}});
            if (bytes_ == Bytes::Known) {
                one.bytesUp = sum.bytesUp;
                one.bytesDown = sum.bytesDown;
            }
        }
        figures.distinct = figures.values.size();
        const auto shown = std::min(most, figures.values.size());
        std::ranges::partial_sort(figures.values,
                                  figures.values.begin() + static_cast<std::ptrdiff_t>(shown),
                                  [](const FacetValue& one, const FacetValue& other) {
                                      return one.sessions != other.sessions
                                                 ? one.sessions > other.sessions
                                                 : one.value < other.value;
                                  });
        figures.values.resize(shown);
        return figures;
    }

private:
    struct Hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const
        {
            return std::hash<std::string_view>{}(text);
        }
    };
    struct Labelled {
        std::string label;
        Sum sum;
    };

    Facet facet_;
    Bytes bytes_;
    std::unordered_map<std::string, Labelled, Hash, std::equal_to<>> values_;
};

struct Text {
    std::string value;
    std::string label;
};

Text ruleText(OpenAuditFile& file, std::int64_t number)
{
    if (number == 0)
        return {std::string(DefaultRuleName), std::string(DefaultRuleName)};
    const AuditNames::RuleName& rule = file.names().rule(number);
    return {rule.id, rule.name};
}

Text wordText(OpenAuditFile& file, std::int64_t number)
{
    const std::string text(file.names().text(number));
    return {text, text};
}

// What the filter asks, in the numbers of one file; all that its roll-up can tell.
struct RollupFilter {
    RollupFilter(OpenAuditFile& file, const SessionFilter& filter)
        : verdicts(words(file, filter.verdicts)), protocols(words(file, filter.protocols)),
          reasons(words(file, filter.reasons))
    {
        if (filter.rules.empty())
            return;
        rules.asked = WantedNumbers::Asked::OneOf;
        for (const std::string& wanted : filter.rules) {
            if (wanted == DefaultRuleName)
                rules.numbers.push_back(0);
            Statement& row = file.prepared("SELECT id FROM rule WHERE rule_id = ?1 OR name = ?1");
            row.bind(1, std::string_view(wanted));
            while (row.step())
                rules.numbers.push_back(row.integer(0));
            row.reset();
        }
    }

    static WantedNumbers words(OpenAuditFile& file, const std::vector<std::string>& texts)
    {
        WantedNumbers wanted;
        if (!texts.empty())
            wanted.asked = WantedNumbers::Asked::OneOf;
        for (const std::string& text : texts)
            if (const auto number =
                    text.empty() ? std::optional<std::int64_t>(0) : file.numberOf("word", text))
                wanted.numbers.push_back(*number);
        return wanted;
    }

    WantedNumbers verdicts;
    WantedNumbers protocols;
    WantedNumbers reasons;
    WantedNumbers rules;
};

} // namespace

std::string_view facetName(Facet facet)
{
    switch (facet) {
    case Facet::Verdict:
        return "verdict";
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
    }
    return "";
}

struct AuditFigures::Parts {
    explicit Parts(const std::filesystem::path& folder) : files(folder) {}

    struct Request {
        const FiguresWanted& wanted;
        std::vector<AuditFile> list;
        Span span;
        HistogramSums histogram;
        std::vector<FacetSums> facets;
    };

    void addRollup(Request& request);
    void addRollupOf(OpenAuditFile& file, Request& request);
    double addSessions(Request& request, HistogramSums* histogram,
                       const std::vector<FacetSums*>& facets, const AuditSearch::Stop& stop);

    OpenAuditFiles files;
};

void AuditFigures::Parts::addRollup(Request& request)
{
    for (auto each = request.list.rbegin(); each != request.list.rend(); ++each)
        if (const auto file =
                mayHold(*each, request.wanted.filter.period) ? files.open(*each) : nullptr)
            addRollupOf(*file, request);
}

// Summed by numbers first: there are many rows, and few names.
void AuditFigures::Parts::addRollupOf(OpenAuditFile& file, Request& request)
{
    const RollupFilter filter(file, request.wanted.filter);
    const bool ofEnds = filter.reasons.asked == WantedNumbers::Asked::OneOf;
    std::map<std::pair<std::int64_t, std::int64_t>, std::uint64_t> byTime; // bucket, verdict
    std::map<std::int64_t, Sum> verdicts;
    std::map<std::int64_t, Sum> protocols;
    std::map<std::int64_t, Sum> rules;
    std::map<std::int64_t, Sum> reasons;

    enum Column : int { Bucket, Verdict, Protocol, Rule, Reason, Sessions, BytesUp, BytesDown };
    Statement& row = file.prepared(
        "SELECT bucket, verdict, protocol, rule, reason, sessions, bytes_up, bytes_down "
        "FROM rollup WHERE bucket >= ?1 AND bucket < ?2 ORDER BY bucket");
    const auto minutes = [](AuditTime time) {
        return std::chrono::floor<std::chrono::minutes>(time).time_since_epoch().count();
    };
    constexpr std::int64_t Width = AuditRollup::Bucket.count();
    row.bind(1, minutes(request.span.from) - Width + 1);
    row.bind(2, minutes(request.span.to - std::chrono::microseconds(1)) + 1);
    while (row.step()) {
        const std::int64_t verdict = row.integer(Verdict);
        const std::int64_t reason = row.integer(Reason);
        if (!filter.verdicts.holds(verdict) || !filter.protocols.holds(row.integer(Protocol)) ||
            !filter.rules.holds(row.integer(Rule)))
            continue;
        Sum sum{static_cast<std::uint64_t>(row.integer(Sessions)),
                static_cast<std::uint64_t>(row.integer(BytesUp)),
                static_cast<std::uint64_t>(row.integer(BytesDown))};
        const auto add = [&sum](Sum& to) {
            to.sessions += sum.sessions;
            to.bytesUp += sum.bytesUp;
            to.bytesDown += sum.bytesDown;
        };
        if (reason != 0 && filter.reasons.holds(reason))
            add(reasons[reason]);
        const bool counts = ofEnds ? reason != 0 && filter.reasons.holds(reason) : reason == 0;
        if (!counts && (ofEnds || reason == 0))
            continue;
        if (!counts)
            sum.sessions = 0; // an end, which brings its bytes
        else
            byTime[{row.integer(Bucket), verdict}] += sum.sessions;
        add(verdicts[verdict]);
        add(protocols[row.integer(Protocol)]);
        add(rules[row.integer(Rule)]);
    }
    row.reset();

    for (const auto& [key, sessions] : byTime)
        request.histogram.add(file.names().text(key.second),
                              AuditTime{std::chrono::minutes(key.first)}, sessions);
    for (FacetSums& facet : request.facets) {
        const auto give = [&](const std::map<std::int64_t, Sum>& sums, auto text) {
            for (const auto& [number, sum] : sums) {
                const Text name = text(file, number);
                facet.add(name.value, name.label, sum);
            }
        };
        if (facet.facet() == Facet::Verdict)
            give(verdicts, wordText);
        else if (facet.facet() == Facet::Protocol)
            give(protocols, wordText);
        else if (facet.facet() == Facet::Rule)
            give(rules, ruleText);
        else if (facet.facet() == Facet::Reason)
            give(reasons, wordText);
    }
}

// Goes through the sessions as a search does, newest first. Returns the share of the period's
// records that it came through before it was stopped.
double AuditFigures::Parts::addSessions(Request& request, HistogramSums* histogram,
                                        const std::vector<FacetSums*>& facets,
                                        const AuditSearch::Stop& stop)
{
    const SessionFilter& filter = request.wanted.filter;
    const bool follows = histogram || asksForStanding(filter) ||
                         std::ranges::any_of(facets, [](const FacetSums* each) {
                             return isOfRollup(each->facet());
                         });
    std::int64_t all = 0;
    std::int64_t passed = 0;
    bool stopped = false;
    std::size_t rows = 0;
    for (std::size_t i = request.list.size(); i > 0; --i) {
        const AuditFile& about = request.list[i - 1];
        const auto file = mayHold(about, filter.period) ? files.open(about) : nullptr;
        if (!file)
            continue;
        const SeqRange range = file->seqsOf(filter.period);
        all += std::max<std::int64_t>(0, range.last + 1 - range.first);
        AuditFileFilter inFile(*file, filter);
        if (stopped || range.isEmpty())
            continue;
        std::int64_t from = range.first;
        if (!inFile.isImpossible()) {
            std::unordered_map<std::int64_t, Sum> hosts;
            std::unordered_map<std::int64_t, Sum> users;
            std::unordered_map<std::string, Sum> clients; // by their bytes
            enum Column : int { Seq, Time, Kind, ClientIp, User, Protocol, Host };
            AuditCandidates candidates(files, request.list, i - 1, *file, inFile, filter, range,
                                       stop);
            while (const Statement* const row = candidates.next()) {
                if (++rows % RowsBetweenLooks == 0 && stop()) {
                    stopped = true;
                    from = row->integer(Seq) + 1;
                    break;
                }
                if (!inFile.beginMatches(*file, *row))
                    continue;
                Sum sum{1, 0, 0};
                std::optional<SessionCourse> course;
                if (follows) {
                    file->names().keepBounded();
                    course = followSession(files, request.list, i - 1, row->integer(Seq), stop);
                    if (!course) {
                        stopped = true;
                        from = row->integer(Seq) + 1;
                        break;
                    }
                    if (!standingMatches(filter, course->standing()))
                        continue;
                    if (course->lastFile) {
                        Statement& bytes = course->lastFile->prepared(
                            "SELECT bytes_client_to_proxy, bytes_upstream_to_proxy "
                            "FROM session_event WHERE seq = ?1");
                        bytes.bind(1, course->lastSeq);
                        if (bytes.step()) {
                            sum.bytesUp = static_cast<std::uint64_t>(bytes.integer(0));
                            sum.bytesDown = static_cast<std::uint64_t>(bytes.integer(1));
                        }
                        bytes.reset();
                    }
                    if (histogram)
                        histogram->add(course->verdict,
                                       AuditTime{std::chrono::microseconds(row->integer(Time))}, 1);
                }
                const auto add = [&sum](Sum& to) {
                    to.sessions += sum.sessions;
                    to.bytesUp += sum.bytesUp;
                    to.bytesDown += sum.bytesDown;
                };
                for (FacetSums* const facet : facets)
                    switch (facet->facet()) {
                    case Facet::Host:
                        add(hosts[row->integer(Host)]);
                        break;
                    case Facet::User:
                        add(users[row->integer(User)]);
                        break;
                    case Facet::Client: {
                        const auto bytes = row->blob(ClientIp);
                        add(clients[std::string(bytes.begin(), bytes.end())]);
                        break;
                    }
                    case Facet::Verdict:
                        facet->add(course->verdict, course->verdict, sum);
                        break;
                    case Facet::Rule:
                        if (course->ruleId.empty())
                            facet->add(course->ruleName, course->ruleName, sum);
                        else
                            facet->add(course->ruleId, course->ruleName, sum);
                        break;
                    case Facet::Reason:
                        if (!course->reason.empty())
                            facet->add(course->reason, course->reason, sum);
                        break;
                    case Facet::Protocol: {
                        const Text name = wordText(*file, row->integer(Protocol));
                        facet->add(name.value, name.label, sum);
                        break;
                    }
                    }
            }
            for (FacetSums* const facet : facets) {
                const auto give = [&](const auto& sums) {
                    for (const auto& [number, sum] : sums) {
                        file->names().keepBounded();
                        const std::string_view text = file->names().text(number);
                        facet->add(text, text, sum);
                    }
                };
                if (facet->facet() == Facet::Host)
                    give(hosts);
                if (facet->facet() == Facet::User)
                    give(users);
                if (facet->facet() == Facet::Client)
                    for (const auto& [address, sum] : clients) {
                        const std::string text =
                            addressTextOf({reinterpret_cast<const std::uint8_t*>(address.data()),
                                           address.size()});
                        facet->add(text, text, sum);
                    }
            }
        }
        passed += range.last + 1 - from;
    }
    return all == 0 ? 1 : static_cast<double>(passed) / static_cast<double>(all);
}

AuditFigures::AuditFigures(const std::filesystem::path& folder)
    : parts_(std::make_unique<Parts>(folder))
{}

AuditFigures::~AuditFigures() = default;
AuditFigures::AuditFigures(AuditFigures&&) noexcept = default;
AuditFigures& AuditFigures::operator=(AuditFigures&&) noexcept = default;

Figures AuditFigures::figures(const FiguresWanted& wanted, const AuditSearch::Stop& stop)
{
    const auto began = std::chrono::steady_clock::now();
    const std::vector<AuditFile> list = parts_->files.list();
    const Span span = spanOf(wanted.filter.period, list);
    const bool longEnough = wanted.buckets == 0 || span.to - span.from >= LongEnoughForRollup;
    const bool byRollup = rollupTells(wanted.filter) && longEnough;
    const bool follows = asksForStanding(wanted.filter) || !byRollup;
    const seconds least = byRollup ? seconds(AuditRollup::Bucket) : BucketWidths.front();
    Parts::Request request{wanted, list, span, HistogramSums(span, least, wanted.buckets), {}};
    for (const Facet facet : wanted.facets)
        request.facets.emplace_back(facet, follows || isOfRollup(facet)
                                               ? FacetSums::Bytes::Known
                                               : FacetSums::Bytes::Unknown);

    Figures figures;
    if (!span.isEmpty()) {
        if (byRollup)
            parts_->addRollup(request);
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
