// Frame: what the head of a WebSocket frame says, and the ways it can be wrong (RFC 6455 §5).
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace sallyport::policy::inspection {

enum class Opcode : std::uint8_t {
    Continuation = 0,
    Text = 1,
    Binary = 2,
    Close = 8,
    Ping = 9,
    Pong = 10
};

struct FrameHead {
    Opcode opcode = Opcode::Continuation;
    bool final = false;      ///< FIN
    bool compressed = false; ///< RSV1 where permessage-deflate was agreed on (RFC 7692 §6)
    bool masked = false;
    std::array<std::uint8_t, 4> mask{};
    std::uint64_t payloadBytes = 0;

    [[nodiscard]] bool isControl() const { return static_cast<std::uint8_t>(opcode) >= 8; }
};

/// What breaks RFC 6455. An endpoint fails the connection then; here the direction is not followed
/// any further. BadUtf8 and BadClose leave the framing readable.
enum class FrameFault : std::uint8_t {
    None,
    ReservedOpcode,         ///< §5.2
    ReservedBits,           ///< RSV without an extension that gives it a meaning (§5.2)
    Unmasked,               ///< a frame of the client (§5.1)
    Masked,                 ///< a frame of the server (§5.1)
    OversizedControl,       ///< more than 125 bytes (§5.5)
    FragmentedControl,      ///< §5.5
    UnexpectedContinuation, ///< no message is open (§5.4)
    UnfinishedMessage,      ///< a new message inside one that is open (§5.4)
    LengthNotMinimal,       ///< §5.2
    LengthTooLarge,         ///< highest bit of the 64-bit length set (§5.2)
    BadClose, ///< a body of one byte, or a code that must not be sent (§5.5.1, §7.4)
    BadUtf8,  ///< in a text message or in the reason of a Close (§8.1)
};

/// "reserved-opcode", "bad-utf8", …; empty for None.
[[nodiscard]] std::string_view frameFaultName(FrameFault);

} // namespace sallyport::policy::inspection
