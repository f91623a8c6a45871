#include "db/RollupFigures.h"

#include "db/AuditFileFilter.h"
#include "db/AuditNames.h"
#include "db/AuditRollup.h"

#include <algorithm>
#include <utility>

namespace sallyport::db {
namespace {

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

bool rollupTells(const SessionValues& values)
{
    return values.hosts.empty() && values.clients.empty() && values.users.empty() &&
           values.ports.empty() && values.policyVersions.empty();
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
          rules_(rulesInRollup(file, filter.rules)),
          rulesWithout_(rulesInRollup(file, filter.without.rules))
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
    // The roll-up's rule 0 is the default row.
    static WantedNumbers rulesInRollup(OpenAuditFile& file, const std::vector<std::string>& rules)
    {
        WantedNumbers wanted = ruleNumbers(file, rules);
        if (std::ranges::find(rules, DefaultRuleName) != rules.end())
            wanted.numbers.push_back(0);
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
        FigureSum sum;
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
    std::map<std::int64_t, FigureSum> verdicts;
    std::map<SessionOutcome, FigureSum> outcomes;
    std::map<std::int64_t, FigureSum> protocols;
    std::map<std::int64_t, FigureSum> rules;
    std::map<std::int64_t, FigureSum> reasons;

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
        FigureSum bytes = row.sum;
        bytes.sessions = 0;
        count(row, outcome, bytes);
        if (outcome != SessionOutcome::Error)
            return;
        count(row, outcome, {row.sum.sessions, 0, 0});
        count(row, outcomeAtBeginning(row.verdict), {-row.sum.sessions, 0, 0});
    }

    void count(const Row& row, SessionOutcome outcome, const FigureSum& sum)
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

constexpr std::string_view NarrowRows =
    "SELECT bucket, verdict, protocol, rule, reason, sessions, bytes_up, bytes_down "
    "FROM rollup WHERE bucket >= ?1 AND bucket < ?2 ORDER BY bucket";
constexpr std::string_view WideRows =
    "SELECT bucket, verdict, protocol, rule, reason, sessions, bytes_up, bytes_down "
    "FROM rollup_hour WHERE bucket >= ?1 AND bucket < ?2 ORDER BY bucket";

void addRows(RollupSums& sums, Statement& row, std::int64_t from, std::int64_t until)
{
    enum Column : int { Bucket, Verdict, Protocol, Rule, Reason, Sessions, BytesUp, BytesDown };
    if (from >= until)
        return;
    row.bind(1, from);
    row.bind(2, until);
    while (row.step())
        sums.add({row.integer(Bucket), row.integer(Verdict), row.integer(Protocol),
                  row.integer(Rule), row.integer(Reason),
                  FigureSum{row.integer(Sessions), static_cast<std::uint64_t>(row.integer(BytesUp)),
                            static_cast<std::uint64_t>(row.integer(BytesDown))}});
    row.reset();
}

bool hasWideRollup(OpenAuditFile& file)
{
    Statement& row = file.prepared("SELECT 1 FROM sqlite_master WHERE name = 'rollup_hour'");
    const bool found = row.step();
    row.reset();
    return found;
}

} // namespace

// Sessions without some reason may still be open: of those it does not tell.
bool rollupTells(const SessionFilter& filter)
{
    return rollupTells(static_cast<const SessionValues&>(filter)) && rollupTells(filter.without) &&
           filter.without.reasons.empty() && filter.hostText.empty() &&
           filter.state == SessionState::Any && !filter.bytesUp.isAsked() &&
           !filter.bytesDown.isAsked() && !filter.bytes.isAsked() &&
           !filter.durationMicroseconds.isAsked();
}

void addRollup(OpenAuditFile& file, const FiguresWanted& wanted, FigureSpan span,
               HistogramSums& histogram, std::vector<FacetSums>& facets)
{
    RollupSums sums(file, wanted.filter);
    const auto minutes = [](AuditTime time) {
        return std::chrono::floor<std::chrono::minutes>(time).time_since_epoch().count();
    };
    constexpr std::int64_t Width = AuditRollup::Bucket.count();
    const std::int64_t first = minutes(span.from) - Width + 1;
    const std::int64_t end = minutes(span.to - std::chrono::microseconds(1)) + 1;
    const bool isWide = histogram.buckets() == 0 || histogram.bucket() >= AuditRollup::WideBucket;
    if (isWide && file.isSealed() && hasWideRollup(file)) {
        constexpr std::int64_t Wide = AuditRollup::WideBucket.count();
        const std::int64_t firstWide = std::min((first + Wide - 1) / Wide * Wide, end);
        // A wide bucket is whole when the last narrow one in it is before the end.
        const std::int64_t endWide = std::max((end + Width - 1) / Wide * Wide, firstWide);
        addRows(sums, file.prepared(NarrowRows), first, firstWide);
        addRows(sums, file.prepared(WideRows), firstWide, endWide);
        addRows(sums, file.prepared(NarrowRows), endWide, end);
    } else {
        addRows(sums, file.prepared(NarrowRows), first, end);
    }

    const auto timeOf = [](std::int64_t bucket) { return AuditTime{std::chrono::minutes(bucket)}; };
    if (wanted.series == FiguresWanted::Series::Outcomes)
        for (const auto& [key, sessions] : sums.outcomesByTime)
            histogram.add(outcomeName(key.second), timeOf(key.first), sessions);
    else
        for (const auto& [key, sessions] : sums.verdictsByTime)
            histogram.add(summedVerdictText(file, key.second).value, timeOf(key.first), sessions);
    for (FacetSums& facet : facets) {
        const auto give = [&](const std::map<std::int64_t, FigureSum>& all, auto text) {
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

} // namespace sallyport::db
