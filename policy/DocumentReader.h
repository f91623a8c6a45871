// DocumentReader: a policy document out of JSON text. Everything a person can get wrong is named
// with its place: the layer, the rule's position and name, the field, what was found and what was
// expected.
#pragma once

#include "policy/PolicyDocument.h"

#include <string_view>

namespace sallyport::policy {

/// Throws PolicyError.
[[nodiscard]] PolicyDocument readDocument(std::string_view json);

} // namespace sallyport::policy
