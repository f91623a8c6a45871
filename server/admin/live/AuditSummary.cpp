#include "admin/live/AuditSummary.h"

#include <algorithm>
#include <numeric>
#include <optional>
#include <utility>

namespace sallyport::admin::live {

namespace {

/// A fortieth of the span: a quarter of an hour is taken anew after 22 s, a week after 5 min.
constexpr int KeptPart = 40;
constexpr std::chrono::seconds KeptLongest{300};
constexpr std::chrono::milliseconds Budget{100};
constexpr std::chrono::hours Day{24};

db::AuditTime auditTime(AuditSummary::Time time)
{
    return std::chrono::floor<std::chrono::microseconds>(time);
}

std::optional<std::size_t> outcomeNamed(std::string_view name)
{
    for (const auto outcome : db::AllSessionOutcomes)
        if (db::outcomeName(outcome) == name)
            return static_cast<std::size_t>(outcome);
    return std::nullopt;
}

} // namespace

std::uint64_t OutcomeSums::all() const
{
    return std::accumulate(sums.begin(), sums.end(), std::uint64_t{0});
}

double OutcomeSums::deniedShare() const
{
    return all() == 0
               ? 0
               : static_cast<double>(of(db::SessionOutcome::Deny)) / static_cast<double>(all());
}

db::AuditFigures& AuditSummary::figures()
{
    if (!figures_)
        figures_ = std::make_unique<db::AuditFigures>(folder_);
    return *figures_;
}

std::shared_ptr<const AuditSummary::Span> AuditSummary::over(std::chrono::seconds span, Time now)
{
    const std::scoped_lock lock(mutex_);
    auto& kept = kept_[span];
    const auto age = now - kept.at;
    if (!kept.span || age < age.zero() || age > std::min(span / KeptPart, KeptLongest)) {
        kept.span = std::make_shared<const Span>(take(now - span, now));
        kept.at = now;
    }
    return kept.span;
}

OutcomeSums AuditSummary::outcomes(Time from, Time until)
{
    const std::scoped_lock lock(mutex_);
    return takeOutcomes(from, until, nullptr);
}

OutcomeSums AuditSummary::takeOutcomes(Time from, Time until, db::Histogram* histogram)
{
    db::FiguresWanted wanted;
    wanted.filter.period = {.since = auditTime(from), .until = auditTime(until)};
    wanted.facets = {db::Facet::Outcome};
    wanted.buckets = histogram ? wanted.buckets : 0;
    wanted.series = db::FiguresWanted::Series::Outcomes;
    wanted.budget = Budget;
    auto found = figures().figures(wanted);
    OutcomeSums sums;
    for (const auto& value : found.facets.front().values)
        if (const auto at = outcomeNamed(value.value))
            sums.sums[*at] = value.sessions;
    if (histogram)
        *histogram = std::move(found.histogram);
    return sums;
}

AuditSummary::Span AuditSummary::take(Time from, Time until)
{
    Span span;
    span.outcomes = takeOutcomes(from, until, &span.histogram);
    const auto back = std::max<Time::duration>(until - from, Day);
    span.before = takeOutcomes(from - back, until - back, nullptr);
    db::FiguresWanted wanted;
    wanted.filter.period = {.since = auditTime(from), .until = auditTime(until)};
    wanted.filter.outcomes = {db::SessionOutcome::Deny};
    wanted.facets = {db::Facet::Host, db::Facet::User};
    wanted.values = MostValues + 1; // one may be what named no host
    wanted.buckets = 0;
    wanted.budget = Budget;
    auto found = figures().figures(wanted);
    span.deniedHosts = std::move(found.facets[0].values);
    std::erase_if(span.deniedHosts, [](const auto& host) { return host.value.empty(); });
    span.deniedUsers = std::move(found.facets[1].values);
    for (auto* values : {&span.deniedHosts, &span.deniedUsers})
        values->resize(std::min(values->size(), MostValues));
    return span;
}

} // namespace sallyport::admin::live
