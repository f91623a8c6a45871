// ProfileReader: inspection profiles out of a document's "profiles".
#pragma once

#include "policy/DocumentPlace.h"
#include "policy/inspection/InspectionProfile.h"

#include <vector>

namespace sallyport::policy {

/// `place` is that of the key. Expressions are looked at when the policy is compiled. Throws
/// PolicyError.
[[nodiscard]] std::vector<inspection::InspectionProfile> profilesIn(const JsonValue& value,
                                                                    const Place& place);

} // namespace sallyport::policy
