// PolicySummary: a policy in one line, and JSON results on standard output.
#pragma once

#include "policy/PolicyDocument.h"

#include <Poco/JSON/Object.h>

#include <string>

namespace sallyport::app {

/// "2 guard rules, 1 access rule, otherwise deny"; of the other layers those that have rules.
[[nodiscard]] std::string summary(const policy::PolicyDocument& document);
/// The same as "guard_rules", …, "access_default".
[[nodiscard]] Poco::JSON::Object summaryJson(const policy::PolicyDocument& document);

/// Keeps its keys in the order in which they are set.
[[nodiscard]] Poco::JSON::Object orderedObject();
/// On one line of standard output.
void printJson(const Poco::JSON::Object& object);

/// "1 rule", "2 rules".
[[nodiscard]] std::string counted(std::size_t count, const std::string& thing);

} // namespace sallyport::app
