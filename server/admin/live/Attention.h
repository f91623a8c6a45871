// Attention: what of the proxy wants somebody's attention now, as sentences with a link to the page
// that shows it. Pure.
#pragma once

#include "admin/live/AuditSummary.h"
#include "admin/live/HealthChecks.h"
#include "policy/PolicyDocument.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace sallyport::admin::live {

struct Attention {
    std::string kind; ///< "denial-rate", …: as the contract says
    HealthState state = HealthState::Warn;
    std::string text;
    std::string link;
};

struct AttentionFacts {
    WallTime now;
    std::vector<HealthCheck> checks;
    const policy::PolicyDocument* policy = nullptr; ///< null: not known
    /// Of a version that was published within the last day.
    std::optional<std::uint32_t> newVersion;
    OutcomeSums lastHour;
    OutcomeSums sameHourLastWeek;
};

/// Worst first.
[[nodiscard]] std::vector<Attention> attentionFor(const AttentionFacts& facts);

} // namespace sallyport::admin::live
