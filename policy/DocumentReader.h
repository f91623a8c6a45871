// DocumentReader: a policy document out of JSON text. Everything a person can get wrong is named
// with its place: the layer, the rule's position and name, the field, what was found and what was
// expected.
#pragma once

#include "policy/PolicyDocument.h"

#include <string_view>

namespace sallyport::policy {

/// Throws PolicyError.
[[nodiscard]] PolicyDocument readDocument(std::string_view json);

// One part of a document, by itself: what it says of others (the profile a rule names) is not
// looked at. Complaints place it as the first of its kind. Throw PolicyError.
[[nodiscard]] Rule readRule(std::string_view json, Layer layer);
[[nodiscard]] Defaults readDefaults(std::string_view json);
[[nodiscard]] inspection::InspectionProfile readProfile(std::string_view json);
[[nodiscard]] PolicyCase readCase(std::string_view json);

} // namespace sallyport::policy
