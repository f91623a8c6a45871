// CheckFindings: what `sallyport policy check` prints of a policy's analysis.
#pragma once

#include "policy/PolicyAnalysis.h"

#include <Poco/JSON/Array.h>

#include <ostream>
#include <span>

namespace sallyport::app {

/// One line each, "warning: access rule 7 "Chat" is never reached: …".
void printFindings(std::ostream& out, std::span<const policy::Finding> findings);
/// Objects with "severity", "kind", "layer", "position", "rule_id", "rule_name", "other_rule_id",
/// "other_rule_name", "text".
[[nodiscard]] Poco::JSON::Array findingsJson(std::span<const policy::Finding> findings);
/// Whether one of them is an error.
[[nodiscard]] bool hasErrors(std::span<const policy::Finding> findings);

} // namespace sallyport::app
