// Explanation: why a policy says what it says to given facts, row by row and in words.
//
// Asks the policy itself, by the same look-ups as live traffic. Nothing is decided here.
#pragma once

#include "policy/FactSheet.h"
#include "policy/Policy.h"

#include <Poco/JSON/Object.h>

#include <array>
#include <string>
#include <string_view>
#include <vector>

namespace sallyport::policy {

/// One row that was passed, or that answered.
struct ExplainedRow {
    Layer layer = Layer::Access;
    const Rule* rule = nullptr; ///< null: the layer's default row
    std::size_t position = 0;   ///< in its layer, from 1; 0 for the default row
    RowOutcome::Kind outcome = RowOutcome::Kind::Matched;
    std::size_t failing = 0; ///< how many conditions of a failed one do not hold
    std::string condition;   ///< dimensionName() of what decides its outcome; empty if all hold
    std::string reason; ///< "host www.example is not chat.example"; empty if all conditions hold
};

/// What a layer answers.
struct ExplainedLayer {
    std::string action;   ///< as a row says it, "undecided" where one waits for a fact
    std::string ruleId;   ///< empty for the default row
    std::string ruleName; ///< "default" for it; empty when undecided
};

struct Explanation {
    Verdict verdict; ///< of the first stage at which it is sure
    std::string sentence;
    std::array<ExplainedLayer, LayerCount> layers;
    /// Of each layer in order, up to the row that answers.
    std::vector<ExplainedRow> rows;
    std::vector<ExplainedRow> would; ///< rows in report mode that would have answered
};

/// Rules are borrowed from the policy.
[[nodiscard]] Explanation explain(const Policy& policy, const FactSheet& sheet);

/// {"verdict", "stage", "reason", "layers", "trace", "would"}.
[[nodiscard]] Poco::JSON::Object explanationJson(const Explanation& explanation);
/// The sentence first, then layer by layer; lines end with '\n'.
[[nodiscard]] std::string explanationText(const Explanation& explanation);

} // namespace sallyport::policy
