// exchangeAtOnce: one end of a connection that sends and receives a great deal at the same time.
#pragma once

#include "support/FrameMix.h"
#include "support/RawConnection.h"

#include <cstdint>
#include <string_view>

namespace sallyport::test {

enum class Segments : std::uint8_t {
    SingleBytes, ///< every byte by a call of its own
    AnySize,     ///< 1 byte to 64 KiB
};

/// Sends `outgoing` and then its end; meanwhile compares what comes, up to the peer's end, with
/// `expected`, byte for byte. Throws Unexpected when a byte differs, is missing or too many, when
/// the peer resets, or when nothing moves for a long time.
void exchangeAtOnce(RawConnection& connection, std::string_view outgoing, std::string_view expected,
                    Segments segments, Dice dice);

} // namespace sallyport::test
