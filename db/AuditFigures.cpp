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
    return facet == Facet::Verdict || facet == Facet::Outcome || facet == Facet::Reason ||
           facet == Facet::Rule || facet == Facet::Protocol;
}

bool rollupTells(const SessionValues& values)
{
    return values.hosts.empty() && values.clients.empty() && values.users.empty() &&
           values.ports.empty() && values.policyVersions.empty();
}

// Sessions without some reason may still be open: of those it does not tell.
bool rollupTells(const SessionFilter& filter)
{
    return rollupTells(static_cast<const SessionValues&>(filter)) && rollupTells(filter.without) &&
           filter.without.reasons.empty() && filter.hostText.empty() &&
           filter.state == SessionState::Any && !filter.bytesUp.isAsked() &&
           !filter.bytesDown.isAsked() && !filter.bytes.isAsked() &&
           !filter.durationMicroseconds.isAsked();
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

    // May be less than none: of failed sessions, where they were counted before.
    void add(std::string_view verdict, AuditTime time, std::int64_t sessions)
    {
        if (buckets_ == 0 || time < histogram_.from)
            return;
        const auto bucket = static_cast<std::size_t>((time - histogram_.from) / histogram_.bucket);
        if (bucket >= buckets_)
            return;
        auto series = sums_.find(verdict);
        if (series == sums_.end())
            series = sums_.emplace(verdict, std::vector<std::int64_t>(buckets_)).first;
        series->second[bucket] += sessions;
    }

    Histogram take()
    {
        for (auto& [verdict, sums] : sums_) {
            carryDeficits(sums);
            histogram_.series.push_back({verdict, {sums.begin(), sums.end()}});
        }
        return std::move(histogram_);
    }

private:
    // A session that began in an earlier bucket and failed in this one is taken from that one.
    static void carryDeficits(std::vector<std::int64_t>& sums)
    {
        std::int64_t deficit = 0;
        for (auto sum = sums.rbegin(); sum != sums.rend(); ++sum) {
            *sum -= deficit;
            deficit = std::max<std::int64_t>(0, -*sum);
            *sum = std::max<std::int64_t>(0, *sum);
        }
    }

    Histogram histogram_;
    std::map<std::string, std::vector<std::int64_t>, std::less<>> sums_;
    std::size_t buckets_ = 0;
};

struct Sum {
    std::int64_t sessions = 0;
    std::uint64_t bytesUp = 0;
    std::uint64_t bytesDown = 0;

    void add(const Sum& other)
    {
        sessions += other.sessions;
        bytesUp += other.bytesUp;
        bytesDown += other.bytesDown;
    }
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
        place->second.sum.add(sum);
    }

    [[nodiscard]] FacetFigures figures(std::size_t most) const
    {
        FacetFigures figures{facet_, {}, 0};
        for (const auto& [value, labelled] : values_) {
            const Sum& sum = labelled.sum;
            if (sum.sessions <= 0)
                continue; // only ends of sessions that began before
            FacetValue& one = figures.values.emplace_back(FacetValue{
                value, labelled.label, static_cast<std::uint64_t>(sum.sessions), {}, {}});
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

// What the roll-up calls a session that began so, in words.
Text summedVerdictText(OpenAuditFile& file, std::int64_t number)
{
    Text text = wordText(file, number);
    if (text.value == outcomeName(SessionOutcome::Inspect))
        text = {"allow", "allow"};
    return text;
}

// What the filter asks, in the numbers of one file; all that its roll-up can tell.
class RollupFilter {
public:
    RollupFilter(OpenAuditFile& file, const SessionFilter& filter)
        : filter_(filter), verdicts_(verdictNumbers(file, filter.verdicts)),
          verdictsWithout_(verdictNumbers(file, filter.without.verdicts)),
          protocols_(wantedNumbers(file, "word", filter.protocols)),
          protocolsWithout_(wantedNumbers(file, "word", filter.without.protocols)),
          reasons_(wantedNumbers(file, "word", filter.reasons)),
          rules_(ruleNumbers(file, filter.rules)),
          rulesWithout_(ruleNumbers(file, filter.without.rules))
    {}

    [[nodiscard]] bool asksForReason() const
    {
        return reasons_.asked == WantedNumbers::Asked::OneOf;
    }
    [[nodiscard]] bool holdsReason(std::int64_t reason) const { return reasons_.holds(reason); }
    [[nodiscard]] bool holds(std::int64_t verdict, std::int64_t protocol, std::int64_t rule) const
    {
        return verdicts_.holds(verdict) && protocols_.holds(protocol) && rules_.holds(rule) &&
               !verdictsWithout_.names(verdict) && !protocolsWithout_.names(protocol) &&
               !rulesWithout_.names(rule);
    }
    [[nodiscard]] bool holds(SessionOutcome outcome) const
    {
        const auto names = [outcome](const std::vector<SessionOutcome>& outcomes) {
            return std::ranges::find(outcomes, outcome) != outcomes.end();
        };
        return (filter_.outcomes.empty() || names(filter_.outcomes)) &&
               !names(filter_.without.outcomes);
    }

private:
    static WantedNumbers verdictNumbers(OpenAuditFile& file, std::vector<std::string> verdicts)
    {
        if (std::ranges::find(verdicts, "allow") != verdicts.end())
            verdicts.emplace_back(outcomeName(SessionOutcome::Inspect));
        return wantedNumbers(file, "word", verdicts);
    }
    static WantedNumbers ruleNumbers(OpenAuditFile& file, const std::vector<std::string>& rules)
    {
        WantedNumbers wanted;
        if (rules.empty())
            return wanted;
        wanted.asked = WantedNumbers::Asked::OneOf;
        if (std::ranges::find(rules, DefaultRuleName) != rules.end())
            wanted.numbers.push_back(0);
        Statement& row = file.prepared("SELECT id, rule_id, name FROM rule");
        while (row.step())
            if (std::ranges::any_of(rules, [&](const std::string& rule) {
                    return isRule(rule, row.text(1), row.text(2));
                }))
                wanted.numbers.push_back(row.integer(0));
        row.reset();
        return wanted;
    }

    const SessionFilter& filter_;
    WantedNumbers verdicts_;
    WantedNumbers verdictsWithout_;
    WantedNumbers protocols_;
    WantedNumbers protocolsWithout_;
    WantedNumbers reasons_;
    WantedNumbers rules_;
    WantedNumbers rulesWithout_;
};

// The sums of one file's roll-up by numbers first: there are many rows, and few names.
class RollupSums {
public:
    RollupSums(OpenAuditFile& file, const SessionFilter& filter)
        : filter_(file, filter), deny_(number(file, outcomeName(SessionOutcome::Deny))),
          inspect_(number(file, outcomeName(SessionOutcome::Inspect)))
    {
        for (int value = 0; value <= static_cast<int>(CloseReason::Internal); ++value)
            if (const auto reason = static_cast<CloseReason>(value); isFailure(reason))
                if (const auto known = file.numberOf("word", closeReasonName(reason)))
                    failures_.push_back(*known);
    }

    struct Row {
        std::int64_t bucket = 0;
        std::int64_t verdict = 0;
        std::int64_t protocol = 0;
        std::int64_t rule = 0;
        std::int64_t reason = 0; // 0: of beginnings
        Sum sum;
    };
    void add(const Row& row)
    {
        if (!filter_.holds(row.verdict, row.protocol, row.rule))
            return;
        if (row.reason == 0) {
            if (!filter_.asksForReason())
                count(row, outcomeAtBeginning(row.verdict), row.sum);
        } else if (filter_.holdsReason(row.reason)) {
            addEnd(row);
        }
    }

    std::map<std::pair<std::int64_t, std::int64_t>, std::int64_t> verdictsByTime; // bucket, verdict
    std::map<std::pair<std::int64_t, SessionOutcome>, std::int64_t> outcomesByTime;
    std::map<std::int64_t, Sum> verdicts;
    std::map<SessionOutcome, Sum> outcomes;
    std::map<std::int64_t, Sum> protocols;
    std::map<std::int64_t, Sum> rules;
    std::map<std::int64_t, Sum> reasons;

private:
    static std::int64_t number(OpenAuditFile& file, std::string_view word)
    {
        return file.numberOf("word", word).value_or(-1);
    }
    [[nodiscard]] SessionOutcome outcomeAtBeginning(std::int64_t verdict) const
    {
        return verdict == deny_      ? SessionOutcome::Deny
               : verdict == inspect_ ? SessionOutcome::Inspect
                                     : SessionOutcome::Allow;
    }
    [[nodiscard]] SessionOutcome outcomeAtEnd(const Row& row) const
    {
        const SessionOutcome began = outcomeAtBeginning(row.verdict);
        const bool failed = std::ranges::find(failures_, row.reason) != failures_.end();
        return failed && began != SessionOutcome::Deny ? SessionOutcome::Error : began;
    }

    // With it a session has its reason and its bytes. It was counted when it began: a failed one
    // changes its outcome now.
    void addEnd(const Row& row)
    {
        const SessionOutcome outcome = outcomeAtEnd(row);
        if (filter_.holds(outcome))
            reasons[row.reason].add(row.sum);
        if (filter_.asksForReason()) {
            count(row, outcome, row.sum);
            return;
        }
        Sum bytes = row.sum;
        bytes.sessions = 0;
        count(row, outcome, bytes);
        if (outcome != SessionOutcome::Error)
            return;
        count(row, outcome, {row.sum.sessions, 0, 0});
        count(row, outcomeAtBeginning(row.verdict), {-row.sum.sessions, 0, 0});
    }

    void count(const Row& row, SessionOutcome outcome, const Sum& sum)
    {
        if (!filter_.holds(outcome))
            return;
        if (sum.sessions != 0) {
            verdictsByTime[{row.bucket, row.verdict}] += sum.sessions;
            outcomesByTime[{row.bucket, outcome}] += sum.sessions;
        }
        verdicts[row.verdict].add(sum);
        outcomes[outcome].add(sum);
        protocols[row.protocol].add(sum);
        rules[row.rule].add(sum);
    }

    RollupFilter filter_;
    std::int64_t deny_;
    std::int64_t inspect_;
    std::vector<std::int64_t> failures_;
};

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

void AuditFigures::Parts::addRollupOf(OpenAuditFile& file, Request& request)
{
    RollupSums sums(file, request.wanted.filter);
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
    while (row.step())
        sums.add({row.integer(Bucket), row.integer(Verdict), row.integer(Protocol),
                  row.integer(Rule), row.integer(Reason),
                  Sum{row.integer(Sessions), static_cast<std::uint64_t>(row.integer(BytesUp)),
                      static_cast<std::uint64_t>(row.integer(BytesDown))}});
    row.reset();

    const auto timeOf = [](std::int64_t bucket) { return AuditTime{std::chrono::minutes(bucket)}; };
    if (request.wanted.series == FiguresWanted::Series::Outcomes)
        for (const auto& [key, sessions] : sums.outcomesByTime)
            request.histogram.add(outcomeName(key.second), timeOf(key.first), sessions);
    else
        for (const auto& [key, sessions] : sums.verdictsByTime)
            request.histogram.add(summedVerdictText(file, key.second).value, timeOf(key.first),
                                  sessions);
    for (FacetSums& facet : request.facets) {
        const auto give = [&](const std::map<std::int64_t, Sum>& all, auto text) {
            for (const auto& [number, sum] : all) {
                const Text name = text(file, number);
                facet.add(name.value, name.label, sum);
            }
        };
        if (facet.facet() == Facet::Verdict)
            give(sums.verdicts, summedVerdictText);
        else if (facet.facet() == Facet::Protocol)
            give(sums.protocols, wordText);
        else if (facet.facet() == Facet::Rule)
            give(sums.rules, ruleText);
        else if (facet.facet() == Facet::Reason)
            give(sums.reasons, wordText);
        else if (facet.facet() == Facet::Outcome)
            for (const auto& [outcome, sum] : sums.outcomes)
                facet.add(outcomeName(outcome), outcomeName(outcome), sum);
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
    const bool byOutcome = request.wanted.series == FiguresWanted::Series::Outcomes;
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
            std::unordered_map<std::int64_t, Sum> ports;
            std::unordered_map<std::int64_t, Sum> versions; // 0: none
            using enum AuditFileFilter::Column;
            AuditCandidates candidates(files, request.list, i - 1, *file, inFile, filter, range,
                                       SearchPage::Order::NewestFirst, stop);
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
                    sum.bytesUp = course->bytesUp.value_or(0);
                    sum.bytesDown = course->bytesDown.value_or(0);
                    if (histogram)
                        histogram->add(byOutcome ? outcomeName(course->outcome())
                                                 : std::string_view(course->verdict),
                                       AuditTime{std::chrono::microseconds(row->integer(Time))}, 1);
                }
                for (FacetSums* const facet : facets)
                    switch (facet->facet()) {
                    case Facet::Host:
                        hosts[row->integer(Host)].add(sum);
                        break;
                    case Facet::User:
                        users[row->integer(User)].add(sum);
                        break;
                    case Facet::Client: {
                        const auto bytes = row->blob(ClientIp);
                        clients[std::string(bytes.begin(), bytes.end())].add(sum);
                        break;
                    }
                    case Facet::Port:
                        ports[row->integer(Port)].add(sum);
                        break;
                    case Facet::PolicyVersion:
                        versions[course ? course->policyVersion.value_or(0)
                                        : row->integer(PolicyVersion)]
                            .add(sum);
                        break;
                    case Facet::Verdict:
                        facet->add(course->verdict, course->verdict, sum);
                        break;
                    case Facet::Outcome:
                        facet->add(outcomeName(course->outcome()), outcomeName(course->outcome()),
                                   sum);
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
                const auto giveNumbers = [&](const auto& sums) {
                    for (const auto& [number, sum] : sums)
                        if (number != 0)
                            facet->add(std::to_string(number), std::to_string(number), sum);
                };
                if (facet->facet() == Facet::Port)
                    giveNumbers(ports);
                if (facet->facet() == Facet::PolicyVersion)
                    giveNumbers(versions);
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
