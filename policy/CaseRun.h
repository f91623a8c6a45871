// CaseRun: the saved cases of a policy, put to that policy.
//
// A case is decided as a session with its facts would be: stage after stage, until the answer is
// sure.
#pragma once

#include "policy/Policy.h"

#include <cstdint>
#include <string>
#include <vector>

namespace sallyport::policy {

struct CaseResult {
    enum class Outcome : std::uint8_t { Passed, Failed };

    const PolicyCase* policyCase = nullptr; ///< in the policy's document
    Outcome outcome = Outcome::Failed;
    Answer answer = Answer::Undecided;
    Layer layer = Layer::Access; ///< that decided
    std::string rule;            ///< name of the deciding rule, "default"; empty when undecided
    Stage stage = Stage::Request;
    std::string hint; ///< what the case should say so that it can be decided; mostly empty
};

/// The verdict of the first stage from Stage::Request on that is not undecided, otherwise the one
/// of Stage::RunningSession. Stages whose fact is missing are left out.
[[nodiscard]] Verdict decideByStages(const Policy& policy, const Facts& facts);

/// "default" for a default row, empty when the verdict is undecided.
[[nodiscard]] std::string decidingRuleName(const Verdict& verdict);

/// In the order of the document. `now` counts for cases that name no time. The destination of a
/// case whose host is an address is that address; a name is not looked up.
[[nodiscard]] std::vector<CaseResult> runCases(const Policy& policy, WallTime now);

} // namespace sallyport::policy
