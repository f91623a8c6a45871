// ProfileReader: inspection profiles out of a document's "profiles".
#pragma once

#include "policy/DocumentPlace.h"
#include "policy/inspection/InspectionProfile.h"

#include <cstddef>
#include <vector>

namespace sallyport::policy {

/// One of them; `position` counts from 1. Throws PolicyError.
[[nodiscard]] inspection::InspectionProfile inspectionProfileIn(const JsonValue& value,
                                                                std::size_t position);
/// `place` is that of the key. Expressions are looked at when the policy is compiled. Throws
/// PolicyError.
[[nodiscard]] std::vector<inspection::InspectionProfile> profilesIn(const JsonValue& value,
                                                                    const Place& place);

} // namespace sallyport::policy
