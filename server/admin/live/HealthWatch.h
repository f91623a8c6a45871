// HealthWatch: gathers the facts of the health checks and remembers since when each is as it is.
//
// Any thread; tick() by one.
#pragma once

#include "admin/live/FigureWatch.h"
#include "admin/live/HealthChecks.h"

#include <Poco/JSON/Object.h>

#include <chrono>
#include <deque>
#include <filesystem>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace sallyport::admin::live {

/// What others know; an empty function: nobody does.
struct HealthSources {
    std::filesystem::path dataDirectory;
    std::function<std::optional<ChainState>()> chain;
    std::function<std::optional<WallTime>()> certificateExpiry;
    std::function<std::vector<StaleFeed>()> staleFeeds;
};

class HealthWatch {
public:
    /// `proxy` and `watch` outlive it.
    HealthWatch(const ProxyView& proxy, const FigureWatch& watch, HealthSources sources)
        : proxy_(proxy), watch_(watch), sources_(std::move(sources))
    {}

    /// Once a second.
    void tick();
    /// Of the last seconds, in their fixed order; empty before the first tick().
    [[nodiscard]] std::vector<HealthCheck> latest() const;

    struct Report {
        HealthFacts facts;
        std::vector<HealthCheck> checks; ///< worst first
    };
    /// Of this moment.
    [[nodiscard]] Report report();

private:
    static constexpr std::chrono::seconds LookEvery{5};

    struct FreeSpace {
        std::chrono::steady_clock::time_point at;
        std::uint64_t bytes = 0;
    };
    struct Jump {
        std::chrono::steady_clock::time_point at;
        std::chrono::seconds by{};
    };
    struct Known {
        HealthState state = HealthState::Ok;
        std::optional<WallTime> since;
    };

    [[nodiscard]] HealthFacts gather();
    void noteClock(std::chrono::steady_clock::time_point now);
    void noteSpace(std::chrono::steady_clock::time_point now);
    [[nodiscard]] std::optional<double> daysUntilFull() const;
    [[nodiscard]] std::chrono::seconds largestJump() const;
    void noteStates(std::vector<HealthCheck>& checks, WallTime now);

    const ProxyView& proxy_;
    const FigureWatch& watch_;
    const HealthSources sources_;
    std::chrono::steady_clock::time_point nextLook_;
    mutable std::mutex mutex_;                                       // guards what follows
    std::optional<std::chrono::system_clock::duration> clockOffset_; ///< to the steady one
    std::deque<Jump> jumps_;
    std::deque<FreeSpace> spaces_;
    std::map<std::string, Known> known_;
    std::vector<HealthCheck> latest_;
};

[[nodiscard]] Poco::JSON::Object jsonOf(const HealthCheck& check);
/// What the live feed's channel says: state and checks.
[[nodiscard]] Poco::JSON::Object jsonOf(const std::vector<HealthCheck>& checks);

} // namespace sallyport::admin::live
