#include "db/FigureSums.h"

#include <algorithm>
#include <array>
#include <utility>

namespace sallyport::db {
namespace {

using std::chrono::seconds;

constexpr std::array<seconds, 14> BucketWidths{
    seconds(1),      seconds(5),      seconds(10),     seconds(30),     seconds(60),
    seconds(300),    seconds(900),    seconds(1800),   seconds(3600),   seconds(10'800),
    seconds(21'600), seconds(43'200), seconds(86'400), seconds(604'800)};
// A session that began in an earlier bucket and failed in this one is taken from that one.
void carryDeficits(std::vector<std::int64_t>& sums)
{
    std::int64_t deficit = 0;
    for (auto sum = sums.rbegin(); sum != sums.rend(); ++sum) {
        *sum -= deficit;
        deficit = std::max<std::int64_t>(0, -*sum);
        *sum = std::max<std::int64_t>(0, *sum);
    }
}

} // namespace

bool isOfRollup(Facet facet)
{
    return facet == Facet::Verdict || facet == Facet::Outcome || facet == Facet::Reason ||
           facet == Facet::Rule || facet == Facet::Protocol;
}

FigureSpan figureSpan(const AuditPeriod& period, const std::vector<AuditFile>& files)
{
    FigureSpan span{AuditTime::max(), AuditTime::min()};
    for (const AuditFile& file : files) {
        span.from = std::min(span.from, file.firstTime);
        span.to = std::max(span.to, file.lastTime + std::chrono::microseconds(1));
    }
    if (period.since)
        span.from = std::max(span.from, *period.since);
    if (period.until)
        span.to = std::min(span.to, *period.until);
    return files.empty() ? FigureSpan{} : span;
}

HistogramSums::HistogramSums(FigureSpan span, seconds least, std::size_t mostBuckets)
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

void HistogramSums::add(std::string_view verdict, AuditTime time, std::int64_t sessions)
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

Histogram HistogramSums::take()
{
    for (auto& [verdict, sums] : sums_) {
        carryDeficits(sums);
        histogram_.series.push_back({verdict, {sums.begin(), sums.end()}});
    }
    return std::move(histogram_);
}

void FacetSums::add(std::string_view value, std::string_view label, const FigureSum& sum)
{
    auto place = values_.find(value);
    if (place == values_.end())
        place = values_.emplace(value, Labelled{std::string(label), {}}).first;
    place->second.sum.add(sum);
}

FacetFigures FacetSums::figures(std::size_t most) const
{
    FacetFigures figures{facet_, {}, 0};
    for (const auto& [value, labelled] : values_) {
        const FigureSum& sum = labelled.sum;
        if (sum.sessions <= 0)
            continue; // only ends of sessions that began before
        FacetValue& one = figures.values.emplace_back(
            FacetValue{value, labelled.label, static_cast<std::uint64_t>(sum.sessions), {}, {}});
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

void addStanding(FacetSums& facet, const SessionCourse& course, const FigureSum& sum)
{
    if (facet.facet() == Facet::Verdict)
        facet.add(course.verdict, course.verdict, sum);
    else if (facet.facet() == Facet::Outcome)
        facet.add(outcomeName(course.outcome()), outcomeName(course.outcome()), sum);
    else if (facet.facet() == Facet::Rule)
        facet.add(course.ruleId.empty() ? course.ruleName : course.ruleId, course.ruleName, sum);
    else if (!course.reason.empty())
        facet.add(course.reason, course.reason, sum);
}

} // namespace sallyport::db
