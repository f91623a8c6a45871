// DocumentWriter: a policy document as JSON text that a person can read and readDocument() takes
// back unchanged.
#pragma once

#include "policy/PolicyDocument.h"

#include <string>

namespace sallyport::policy {

/// Indented by two, keys in a fixed order, empty texts and conditions left out.
[[nodiscard]] std::string writeDocument(const PolicyDocument& document);

} // namespace sallyport::policy
