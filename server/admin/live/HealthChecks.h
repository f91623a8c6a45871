// HealthChecks: whether the proxy is well, check by check, from facts that somebody else has
// gathered. Pure: knows no clock, no disk and no proxy.
#pragma once

#include "admin/live/FigureWatch.h"
#include "admin/live/ProcessFigures.h"
#include "admin/live/ProxyView.h"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sallyport::admin::live {

enum class HealthState : std::uint8_t { Ok, Warn, Bad };
[[nodiscard]] std::string_view healthStateName(HealthState); ///< "ok", "warn", "bad"

using WallTime = std::chrono::system_clock::time_point;

/// What the last verification of the record chain has found.
struct ChainState {
    enum class Result : std::uint8_t { Whole, Broken } result = Result::Whole;
    WallTime at;
    std::string text; ///< of a broken one: where
};

/// A list that is not fetched as often as it should be.
struct StaleFeed {
    std::string list;
    std::string text; ///< what is wrong, as a sentence
};

struct HealthFacts {
    WallTime now;
    AuditFigures audit;
    std::optional<ChainState> chain; ///< missing: never verified
    FigureWatch::Now figures;
    ServerStage stage = ServerStage::Serving;
    std::optional<DiskSpace> disk;
    std::optional<double> daysUntilFull;       ///< missing: it does not fill up, or is not known
    std::optional<WallTime> certificateExpiry; ///< of the admin site; missing: not known
    ProcessFigures process;
    std::uint32_t policyVersion = 0;
    std::string policyProblem;
    std::chrono::seconds clockJump{}; ///< the largest of the last ten minutes, either way
    std::vector<StaleFeed> staleFeeds;
};

struct HealthCheck {
    std::string id;
    std::string title;
    HealthState state = HealthState::Ok;
    std::string value = "–";
    std::string threshold{};
    std::string text{};              ///< one sentence; what to do if it is not well
    std::optional<WallTime> since{}; ///< in this state; missing: since the start
};

/// In a fixed order.
[[nodiscard]] std::vector<HealthCheck> healthChecks(const HealthFacts& facts);
[[nodiscard]] HealthState worstOf(const std::vector<HealthCheck>& checks);

} // namespace sallyport::admin::live
