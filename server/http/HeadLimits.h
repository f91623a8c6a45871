// HeadLimits: how much of a head is read before it is refused (RFC 9110 section 5.4, RFC 9112
// section 3).
#pragma once

#include <cstddef>

namespace sallyport::http {

/// headBytes counts everything up to and including the blank line; at most 16 MiB.
struct HeadLimits {
    std::size_t headBytes = 32 * 1024;
    std::size_t targetBytes = 8 * 1024;
    std::size_t fieldCount = 200;
};

} // namespace sallyport::http
