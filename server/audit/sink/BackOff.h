// BackOff: how long to leave a receiver alone that failed: twice as long each time, from a second
// to a minute, and up to a quarter less, so that many proxies do not come back at once. Pure.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <random>

namespace sallyport::audit::sink {

class BackOff {
public:
    static constexpr std::chrono::milliseconds First{1000};
    static constexpr std::chrono::milliseconds Longest{60'000};

    explicit BackOff(std::uint32_t seed) : random_(seed) {}

    /// After one more failure.
    [[nodiscard]] std::chrono::milliseconds next()
    {
        const auto most = next_;
        next_ = std::min(2 * next_, Longest);
        std::uniform_int_distribution<std::int64_t> less(0, most.count() / 4);
        return most - std::chrono::milliseconds(less(random_));
    }
    void reset() { next_ = First; }

private:
    std::minstd_rand random_;
    std::chrono::milliseconds next_ = First;
};

} // namespace sallyport::audit::sink
