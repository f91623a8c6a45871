// Samples: values that several tests of the room begin with.
#pragma once

#include "net/EventLoop.h"
#include "net/IpAddress.h"

#include <chrono>
#include <string_view>

namespace sallyport::net {

/// Any moment that is not the beginning of the clock.
inline const TimePoint Start{std::chrono::hours(1)};

inline IpAddress address(std::string_view text)
{
    return IpAddress::parse(text).value();
}

} // namespace sallyport::net
