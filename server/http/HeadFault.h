// HeadFault: what was wrong with a head or with chunked framing, for the error page and the log.
#pragma once

#include <cstdint>
#include <string_view>

namespace sallyport::http {

enum class ParseOutcome : std::uint8_t {
    Complete,
    NeedMore, ///< nothing wrong so far
    Bad,      ///< fault() says why; more bytes will not help
};

enum class HeadFault : std::uint8_t {
    None,
    BadRequestLine,
    BadMethod,
    MethodTooLong,
    BadTarget,
    TargetTooLong,
    BadVersion,
    UnsupportedVersion,
    BadStatusLine,
    BadFieldName,
    BadFieldValue,
    BareCrOrLf,
    ObsFold,
    HeadTooLarge,
    TooManyFields,
    TooManyConnectionOptions,
    MissingHost,
    SecondHost,
    BadHost,
    BothFramings,
    BadContentLength,
    BadTransferEncoding,
    UnsupportedTransferCoding,
    ConnectWithBody,
    BadMaxForwards,
    BadChunkSize,
    ChunkLineTooLong,
    BadChunkEnd,
};

/// One English sentence; static text.
[[nodiscard]] std::string_view describe(HeadFault);

/// The status that answers a request with this fault: 400, 414, 431, 501 or 505. A response with a
/// fault is always 502.
[[nodiscard]] int statusFor(HeadFault);

} // namespace sallyport::http
