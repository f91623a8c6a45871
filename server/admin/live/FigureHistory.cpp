#include "admin/live/FigureHistory.h"

#include <algorithm>
#include <utility>

namespace sallyport::admin::live {

namespace {

/// How old a sample may be to stand for a moment: a few were missed at most.
constexpr std::chrono::seconds SecondTolerance{5};
constexpr std::chrono::seconds MinuteTolerance{125};

FigureChange between(const FigureSample& earlier, const FigureSample& later)
{
    const auto rise = [](std::uint64_t after, std::uint64_t before) {
        return after - std::min(after, before);
    };
    FigureChange change{.time = later.at - earlier.at, .sums = later};
    auto& sums = change.sums;
    sums.requests = rise(later.requests, earlier.requests);
    for (std::size_t i = 0; i < sums.outcomes.size(); ++i)
        sums.outcomes[i] = rise(later.outcomes[i], earlier.outcomes[i]);
    sums.bytesUp = rise(later.bytesUp, earlier.bytesUp);
    sums.bytesDown = rise(later.bytesDown, earlier.bytesDown);
    sums.namesAsked = rise(later.namesAsked, earlier.namesAsked);
    sums.namesFailed = rise(later.namesFailed, earlier.namesFailed);
    sums.decisions -= earlier.decisions;
    return change;
}

/// The newest at or before `time`; null: there is none that is not older than `tolerance`.
const FigureSample* findIn(const std::deque<FigureSample>& samples, FigureSample::Time time,
                           std::chrono::seconds tolerance)
{
    auto after = std::ranges::upper_bound(samples, time, {}, &FigureSample::at);
    if (after == samples.begin())
        return nullptr;
    const auto& found = *--after;
    return time - found.at <= tolerance ? &found : nullptr;
}

} // namespace

FigureSample sampleOf(const std::vector<WorkerFigures>& workers, FigureSample::Time at)
{
    RequestFigures sum;
    FigureSample sample;
    sample.at = at;
    for (const auto& worker : workers) {
        sum += worker.requests;
        sample.open += worker.sessions;
    }
    sample.requests = sum.requests;
    for (std::size_t i = 0; i < sample.outcomes.size(); ++i)
        sample.outcomes[i] = sum.of(static_cast<Outcome>(i));
    sample.bytesUp = sum.bytesFromClients;
    sample.bytesDown = sum.bytesFromUpstreams;
    sample.namesAsked = sum.namesAsked;
    sample.namesFailed = sum.namesFailed;
    sample.decisions = std::move(sum.decisions);
    return sample;
}

std::uint64_t FigureChange::decided() const
{
    return sums.of(Outcome::Allow) + sums.of(Outcome::Inspect) + sums.of(Outcome::Deny) +
           sums.of(Outcome::Error);
}

double FigureChange::perSecond(std::uint64_t sum) const
{
    return time.count() > 0 ? static_cast<double>(sum) / static_cast<double>(time.count()) : 0;
}

void FigureHistory::add(FigureSample sample)
{
    if (!bySecond_.empty() && sample.at <= bySecond_.back().at) {
        if (bySecond_.back().at - sample.at < SecondTolerance)
            return;
        bySecond_.clear();
        byMinute_.clear();
    }
    while (!bySecond_.empty() && sample.at - bySecond_.front().at > SecondsKept)
        bySecond_.pop_front();
    while (!byMinute_.empty() && sample.at - byMinute_.front().at > MinutesKept)
        byMinute_.pop_front();
    using std::chrono::floor;
    using std::chrono::minutes;
    if (byMinute_.empty() || floor<minutes>(sample.at) != floor<minutes>(byMinute_.back().at))
        byMinute_.push_back(sample);
    bySecond_.push_back(std::move(sample));
}

const FigureSample* FigureHistory::latest() const
{
    return bySecond_.empty() ? nullptr : &bySecond_.back();
}

const FigureSample* FigureHistory::lastBefore(FigureSample::Time time) const
{
    if (const auto* found = findIn(bySecond_, time, SecondTolerance))
        return found;
    return findIn(byMinute_, time, MinuteTolerance);
}

std::optional<FigureChange> FigureHistory::over(std::chrono::seconds span) const
{
    if (bySecond_.size() < 2)
        return std::nullopt;
    const auto& last = bySecond_.back();
    const auto* first = lastBefore(last.at - span);
    if (!first) {
        const auto& minutes = byMinute_.front();
        const auto& seconds = bySecond_.front();
        first = minutes.at < seconds.at && last.at - minutes.at <= span ? &minutes : &seconds;
    }
    return between(*first, last);
}

std::vector<std::optional<FigureChange>>
FigureHistory::steps(FigureSample::Time from, std::chrono::seconds step, std::size_t count) const
{
    std::vector<std::optional<FigureChange>> changes;
    const auto* begin = lastBefore(from);
    for (std::size_t i = 1; i <= count; ++i) {
        const auto* end = lastBefore(from + static_cast<std::int64_t>(i) * step);
        const bool known = begin && end && end->at > begin->at;
        changes.push_back(known ? std::optional(between(*begin, *end)) : std::nullopt);
        begin = end;
    }
    return changes;
}

} // namespace sallyport::admin::live
