// Grease: values that clients put among real ones so that servers learn to pass over what they do
// not know (RFC 8701).
#pragma once

#include <cstdint>

namespace sallyport::tls {

/// 0x0a0a, 0x1a1a, … 0xfafa: for cipher suites, extensions, groups, versions and algorithms alike.
[[nodiscard]] constexpr bool isGrease(std::uint16_t value)
{
    return (value & 0x0f0f) == 0x0a0a && value >> 8 == (value & 0xff);
}

} // namespace sallyport::tls
