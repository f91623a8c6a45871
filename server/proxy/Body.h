// Body: carries one message body from one stream to another, in either direction, however its end
// is found.
//
// What it passes on is what came: chunked framing is checked, not rewritten, except that trailers
// which must not be passed on are left out, and that a receiver of HTTP/1.0 gets the data alone.
#pragma once

#include "http/BodyFraming.h"
#include "http/ForwardedHead.h"
#include "http/HeadLimits.h"
#include "net/Task.h"
#include "net/TcpStream.h"
#include "proxy/Inbox.h"

#include <cstdint>
#include <string_view>

namespace sallyport::proxy {

enum class BodyEnd : std::uint8_t {
    Complete,
    SourceEnded, ///< before the body was complete
    SourceFailed,
    SourceStalled,
    SinkFailed,
    SinkStalled,
    BadFraming,
    Aborted,
};

/// Where a body goes. All of it is borrowed until the body has ended.
struct BodyWay {
    net::TcpStream& from;
    Inbox& inbox; ///< read from `from` already; the body begins at its front
    net::TcpStream& to;
    http::HeadLimits limits; ///< of a trailer section
    net::Duration stallLimit;
    std::uint64_t& bytesRead; ///< both grow while the body moves
    std::uint64_t& bytesWritten;
};

/// Writes `head`, which is not counted, and behind it the body. Takes from the inbox what belongs
/// to the body and no more.
[[nodiscard]] net::Task<BodyEnd> carryBody(BodyWay way, http::BodyFraming framing,
                                           http::BodyCoding coding, std::string_view head);

} // namespace sallyport::proxy
