// BodyFraming: how the end of a message body is found (RFC 9112 section 6), from the two fields
// that say so.
//
// Everything two parties could understand differently is a fault. Knows no bytes of the body.
#pragma once

#include "http/FieldList.h"
#include "http/HeadFault.h"

#include <cstdint>

namespace sallyport::http {

struct BodyFraming {
    enum class Kind : std::uint8_t {
        None,       ///< no body, or one of zero bytes
        Length,     ///< `length` bytes
        Chunked,    ///< ChunkedDecoder finds the end
        UntilClose, ///< responses only
    };

    Kind kind = Kind::None;
    std::uint64_t length = 0;

    friend bool operator==(const BodyFraming&, const BodyFraming&) = default;
};

/// What Content-Length and Transfer-Encoding say together; `framing` is None when neither is there.
struct DeclaredFraming {
    HeadFault fault = HeadFault::None;
    BodyFraming framing;
};
[[nodiscard]] DeclaredFraming declaredFraming(const FieldList&, int minorVersion);

} // namespace sallyport::http
