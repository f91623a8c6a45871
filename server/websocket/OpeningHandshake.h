// OpeningHandshake: is this request a WebSocket handshake, is it well-formed, and does the answer
// fit it (RFC 6455 sections 4.1 and 4.2, RFC 9110 section 7.8).
//
// Pure: heads in, answers out. Knows nothing of frames.
#pragma once

#include "http/RequestHead.h"
#include "http/ResponseHead.h"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace sallyport::websocket {

enum class HandshakeFault : std::uint8_t {
    None,
    // Of a request.
    MissingKey,
    SecondKey,
    BadKey,
    MissingVersion,
    SecondVersion,
    BadVersion,
    HasBody,
    // Of an answer.
    NotSwitching,
    BadUpgrade,
    BadConnection,
    MissingAccept,
    SecondAccept,
    WrongAccept,
    SecondSubprotocol,
    UnofferedSubprotocol,
};

/// One English sentence; static text.
[[nodiscard]] std::string_view describe(HandshakeFault);

/// GET in HTTP/1.1 whose Upgrade lists "websocket" and whose Connection lists "upgrade". Says
/// nothing about the rest.
[[nodiscard]] bool isHandshake(const http::RequestHead&);

/// What is wrong with a request that isHandshake(). A version other than 13 is not: the origin
/// answers it with 426.
[[nodiscard]] HandshakeFault checkRequest(const http::RequestHead&);

/// The host in the request's Origin field (RFC 6454 §7.1), as it came; empty when there is no such
/// field, more than one, or one that names no host ("null").
[[nodiscard]] std::string_view originHost(const http::RequestHead&);

/// The Sec-WebSocket-Accept value for a Sec-WebSocket-Key value; no allocation.
[[nodiscard]] std::array<char, 28> acceptFor(std::string_view key);

/// What is wrong with an answer to a request that passed checkRequest(). NotSwitching means any
/// status but 101: an ordinary answer. `request` must still have its views.
[[nodiscard]] HandshakeFault checkAnswer(const http::ResponseHead& answer,
                                         const http::RequestHead& request);

/// The extensions of an answer as one field value; empty for none.
[[nodiscard]] std::string extensionsOf(const http::ResponseHead& answer);

} // namespace sallyport::websocket
