// Distribution: how often spans of time of what length were seen, in fixed classes. One thread;
// neither allocates nor locks.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace sallyport::proxy {

class Distribution {
public:
    using Time = std::chrono::nanoseconds;

    /// The upper ends of the classes, which include them; one more class is for what is longer.
    static constexpr std::array Bounds = [] {
        using namespace std::chrono_literals;
        return std::array<Time, 25>{500ns, 1us, 2us, 5us, 10us, 20us, 50us, 100us, 200us,
                                    500us, 1ms, 2ms, 5ms, 10ms, 20ms, 50ms, 100ms, 200ms,
                                    500ms, 1s,  2s,  5s,  10s,  30s,  60s};
    }();
    static constexpr std::size_t Classes = Bounds.size() + 1;

    void add(Time time)
    {
        std::size_t at = 0;
        while (at < Bounds.size() && time > Bounds[at])
            ++at;
        ++counts_[at];
        sum_ += time;
    }

    /// By class, not cumulative.
    [[nodiscard]] const std::array<std::uint64_t, Classes>& counts() const { return counts_; }
    [[nodiscard]] Time sum() const { return sum_; }

private:
    std::array<std::uint64_t, Classes> counts_{};
    Time sum_{};
};

} // namespace sallyport::proxy
