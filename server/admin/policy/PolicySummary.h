// PolicySummary: a policy in one line.
#pragma once

#include "policy/PolicyDocument.h"

#include <cstddef>
#include <string>

namespace sallyport::admin {

/// "2 guard rules, 1 access rule, otherwise deny"; of the other layers those that have rules.
[[nodiscard]] std::string summary(const policy::PolicyDocument& document);

/// "1 rule", "2 rules".
[[nodiscard]] std::string counted(std::size_t count, const std::string& thing);

} // namespace sallyport::admin
