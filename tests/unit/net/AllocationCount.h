// AllocationCount: how often this program has called operator new, for what promises to do without.
#pragma once

#include "support/BuildKind.h"

#include <cstddef>

namespace sallyport::test {

/// Sanitizers bring their own operator new; allocations() is always 0 there.
inline constexpr bool AllocationsCounted = !CarriesSanitizer;

[[nodiscard]] std::size_t allocations();

} // namespace sallyport::test
