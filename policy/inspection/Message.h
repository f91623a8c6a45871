// Message: what is told of the messages in one direction of a WebSocket, whatever frames they came
// in.
#pragma once

#include "policy/inspection/Direction.h"
#include "policy/inspection/Frame.h"

#include <cstdint>
#include <span>
#include <string_view>

namespace sallyport::policy::inspection {

enum class MessageKind : std::uint8_t { Text, Binary };

struct Message {
    MessageKind kind = MessageKind::Text;
    bool compressed = false;
    std::uint64_t number = 0;       ///< of this direction, from 1
    std::uint64_t beganAt = 0;      ///< offset of its first frame's head in the stream
    std::uint64_t endsAt = 0;       ///< behind its last frame; only at its end
    std::uint64_t payloadBytes = 0; ///< of its frames so far, as on the wire
    std::uint64_t contentBytes = 0; ///< after inflation, so far; with what onContent() is told
    std::uint32_t frames = 0;       ///< so far
};

struct ControlFrame {
    Opcode opcode = Opcode::Ping;
    std::span<const char> payload; ///< unmasked
    std::uint16_t closeCode = 0;   ///< 1005 for a Close without a code
    std::string_view closeReason;
    std::uint64_t endsAt = 0; ///< offset in the stream behind it
};

/// Why content is not read although frames are.
enum class ContentLoss : std::uint8_t {
    None,
    UnknownExtension, ///< agreed on, and it may change anything
    MemoryBudget,     ///< no room to inflate
    BadDeflate,       ///< data that RFC 7692 does not allow
    TooCompressed,    ///< content out of all proportion to what was sent (DeflateFollower.h)
};
/// "unknown-extension", "memory-budget", "bad-deflate", "too-compressed"; empty for None.
[[nodiscard]] std::string_view contentLossName(ContentLoss);

class MessageListener {
public:
    /// Its first frame's head was read.
    virtual void onMessageBegin(Direction, const Message&) = 0;
    /// What a message says, unmasked and inflated, in pieces; not called after onContentLoss().
    virtual void onContent(Direction, const Message&, std::span<const char> content) = 0;
    virtual void onMessageEnd(Direction, const Message&) = 0;
    virtual void onControl(Direction, const ControlFrame&) = 0;
    /// Nothing more is told of this direction after this, but for BadClose and BadUtf8.
    virtual void onFault(Direction, FrameFault) = 0;
    /// Once at most per direction; messages are still told, contentBytes is meaningless then.
    virtual void onContentLoss(Direction, ContentLoss) = 0;

protected:
    ~MessageListener() = default;
};

} // namespace sallyport::policy::inspection
