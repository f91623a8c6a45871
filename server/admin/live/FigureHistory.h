// FigureHistory: the figures of the last hour by the second and of the last week by the minute, in
// memory, and what charts and tiles take from them.
//
// Knows no clock and no proxy: samples come with their time. One thread at a time.
#pragma once

#include "admin/live/ProxyView.h"

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

namespace sallyport::admin::live {

/// Sums since the start of the process, but for `open`.
struct FigureSample {
    using Time = std::chrono::sys_seconds;

    Time at;
    std::uint64_t open = 0;
    std::uint64_t requests = 0;
    std::array<std::uint64_t, OutcomeNames.size()> outcomes{};
    std::uint64_t bytesUp = 0;
    std::uint64_t bytesDown = 0;
    std::uint64_t namesAsked = 0;
    std::uint64_t namesFailed = 0;
    TimeFigures decisions;

    [[nodiscard]] std::uint64_t of(Outcome outcome) const
    {
        return outcomes[static_cast<std::size_t>(outcome)];
    }
};

/// Of all workers together.
[[nodiscard]] FigureSample sampleOf(const std::vector<WorkerFigures>& workers,
                                    FigureSample::Time at);

/// What happened between two samples.
struct FigureChange {
    std::chrono::seconds time{};
    FigureSample sums; ///< differences; `open` is that of the later one
    /// Whatever was decided by the policy, and what failed after that.
    [[nodiscard]] std::uint64_t decided() const;
    [[nodiscard]] double perSecond(std::uint64_t sum) const;
};

class FigureHistory {
public:
    static constexpr std::chrono::seconds SecondsKept{3600 + 10};
    static constexpr std::chrono::minutes MinutesKept{7 * 24 * 60 + 60};

    /// Times rise; one that does not (a clock set back) begins anew.
    void add(FigureSample sample);

    [[nodiscard]] const FigureSample* latest() const;
    /// Over the last `span`, or since the start if that is shorter; nothing: there are not two
    /// samples yet.
    [[nodiscard]] std::optional<FigureChange> over(std::chrono::seconds span) const;
    /// What happened in each of the steps that end at or before `until`, oldest first; nothing
    /// where no figures are.
    [[nodiscard]] std::vector<std::optional<FigureChange>>
    steps(FigureSample::Time from, std::chrono::seconds step, std::size_t count) const;

private:
    [[nodiscard]] const FigureSample* lastBefore(FigureSample::Time time) const;

    std::deque<FigureSample> bySecond_;
    std::deque<FigureSample> byMinute_;
};

} // namespace sallyport::admin::live
