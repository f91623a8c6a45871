// AllocationCount: how often this program has called operator new, for what promises to do without.
#pragma once

#include <cstddef>

namespace sallyport::test {

[[nodiscard]] std::size_t allocations();

} // namespace sallyport::test
