// DocumentWriter: a policy document as JSON text that a person can read and readDocument() takes
// back unchanged.
#pragma once

#include "policy/PolicyDocument.h"

#include <string>

namespace sallyport::policy {

/// Indented by two, keys in a fixed order, empty texts and conditions left out.
[[nodiscard]] std::string writeDocument(const PolicyDocument& document);

// One part of a document on one line, as it stands there.
[[nodiscard]] std::string writeRule(const Rule& rule);
[[nodiscard]] std::string writeDefaults(const Defaults& defaults);
[[nodiscard]] std::string writeProfile(const inspection::InspectionProfile& profile);
[[nodiscard]] std::string writeCase(const PolicyCase& policyCase);

} // namespace sallyport::policy
