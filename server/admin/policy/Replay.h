// Replay: recorded sessions put to a policy again, against what was decided then.
//
// Knows what the audit log keeps of a session and what it does not: what hangs on facts that were
// not recorded is counted as not decidable rather than guessed.
#pragma once

#include "db/AuditRecord.h"
#include "policy/Policy.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

namespace sallyport::admin {

/// Where a decision came from. Without an id it was the layer's default row.
struct DecidingRow {
    std::string layer;
    std::string id;
    std::string name;
};

enum class ReplayOutcome : std::uint8_t {
    Same,
    NowDenied,
    NowAllowed,
    OtherRow, ///< the same answer, from another row
    NotDecidable,
};

struct ReplayedSession {
    ReplayOutcome outcome = ReplayOutcome::NotDecidable;
    std::string sessionId;
    std::string host;
    std::uint16_t port = 0;
    DecidingRow before;
    DecidingRow after; ///< empty if not decidable
};

/// Finds, among events in their order, the one of each session that tells how it was decided: its
/// first with a verdict. That of a session whose first bytes decided is its close event.
class DecisionFinder {
public:
    [[nodiscard]] bool isDecision(const db::AuditRecord& record);

private:
    std::unordered_set<std::string> undecided_; // sessions that are open without a verdict
};

/// Of the event that DecisionFinder finds.
[[nodiscard]] ReplayedSession replaySession(const policy::Policy& policy,
                                            const db::AuditRecord& record);

/// Conditions of the policy that look at what the log never keeps, by their names: "query", …
[[nodiscard]] std::vector<std::string_view>
conditionsNotRecorded(const policy::PolicyDocument& document);

} // namespace sallyport::admin
