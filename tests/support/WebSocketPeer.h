// WebSocketPeer: the few pieces of RFC 6455 that tests speak: the accept key, frames, an echo
// origin.
//
// Not the product's code on purpose: a mistake in that would otherwise agree with itself.
#pragma once

#include "support/RawConnection.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace sallyport::test {

constexpr std::string_view SampleKey = "dGhlIHNhbXBsZSBub25jZQ=="; // RFC 6455 §1.3
constexpr std::string_view SampleAccept = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

/// RFC 6455 §4.2.2.
[[nodiscard]] std::string acceptFor(std::string_view key);

enum class Opcode : std::uint8_t { Text = 1, Binary = 2, Close = 8, Ping = 9, Pong = 10 };

/// One final frame, as a server sends it.
[[nodiscard]] std::string serverFrame(Opcode, std::string_view payload);
/// One final frame, masked as a client must.
[[nodiscard]] std::string clientFrame(Opcode, std::string_view payload);

struct Frame {
    Opcode opcode = Opcode::Text;
    std::string payload; ///< unmasked
};

[[nodiscard]] Frame receiveFrame(RawConnection&);

/// Answers the handshake in the connection and echoes messages until Close or the end.
void serveWebSocketEcho(RawConnection&);

} // namespace sallyport::test
