#include "admin/live/ProxyView.h"

#include <algorithm>
#include <functional>
#include <numeric>

namespace sallyport::admin::live {

namespace {

template <typename Numbers>
void add(Numbers& into, const Numbers& other)
{
    if (into.size() < other.size())
        into.resize(other.size());
    std::transform(other.begin(), other.end(), into.begin(), into.begin(), std::plus<>());
}

} // namespace

std::uint64_t TimeFigures::total() const
{
    return std::accumulate(counts.begin(), counts.end(), std::uint64_t{0});
}

TimeFigures& TimeFigures::operator+=(const TimeFigures& other)
{
    add(counts, other.counts);
    sumSeconds += other.sumSeconds;
    return *this;
}

TimeFigures& TimeFigures::operator-=(const TimeFigures& earlier)
{
    for (std::size_t i = 0; i < std::min(counts.size(), earlier.counts.size()); ++i)
        counts[i] -= std::min(counts[i], earlier.counts[i]);
    sumSeconds -= earlier.sumSeconds;
    return *this;
}

std::optional<double> TimeFigures::quantileSeconds(std::span<const double> bounds,
                                                   double share) const
{
    const auto all = static_cast<double>(total());
    if (all == 0)
        return std::nullopt;
    const double wanted = all * share;
    double before = 0;
    for (std::size_t i = 0; i < counts.size(); ++i) {
        const auto here = static_cast<double>(counts[i]);
        if (here > 0 && before + here >= wanted) {
            if (i >= bounds.size())
                return bounds.back();
            const double begin = i == 0 ? 0 : bounds[i - 1];
            return begin + (bounds[i] - begin) * (wanted - before) / here;
        }
        before += here;
    }
    return bounds.back();
}

RequestFigures& RequestFigures::operator+=(const RequestFigures& other)
{
    connections += other.connections;
    turnedAway += other.turnedAway;
    requests += other.requests;
    for (std::size_t i = 0; i < outcomes.size(); ++i)
        for (std::size_t j = 0; j < outcomes[i].size(); ++j)
            outcomes[i][j] += other.outcomes[i][j];
    add(ends, other.ends);
    bytesFromClients += other.bytesFromClients;
    bytesFromUpstreams += other.bytesFromUpstreams;
    namesAsked += other.namesAsked;
    namesFailed += other.namesFailed;
    decisions += other.decisions;
    dials += other.dials;
    recordWaits += other.recordWaits;
    return *this;
}

std::uint64_t RequestFigures::of(Outcome outcome) const
{
    std::uint64_t sum = 0;
    for (const auto& protocol : outcomes)
        sum += protocol[static_cast<std::size_t>(outcome)];
    return sum;
}

} // namespace sallyport::admin::live
