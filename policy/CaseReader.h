// CaseReader: one saved question to the policy out of a document's "tests".
#pragma once

#include "policy/DocumentPlace.h"
#include "policy/PolicyCase.h"

#include <cstddef>

namespace sallyport::policy {

/// `position` counts from 1. Throws PolicyError.
[[nodiscard]] PolicyCase caseIn(const JsonValue& value, std::size_t position);

} // namespace sallyport::policy
