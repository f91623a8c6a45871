// MessageCounts: how many messages and bytes of which kind went in one direction.
#pragma once

#include "policy/inspection/Message.h"

#include <cstdint>

namespace sallyport::policy::inspection {

struct MessageCounts {
    std::uint64_t text = 0;   ///< messages that ended
    std::uint64_t binary = 0; ///< likewise
    std::uint64_t pings = 0;
    std::uint64_t pongs = 0;
    std::uint64_t frames = 0;          ///< of messages; more than messages: some were fragmented
    std::uint64_t payloadBytes = 0;    ///< of messages, as on the wire
    std::uint64_t contentBytes = 0;    ///< of messages, after inflation
    std::uint64_t maxContentBytes = 0; ///< of one message

    /// A message that ended.
    void add(const Message& message);
    void add(const ControlFrame& control);

    friend bool operator==(const MessageCounts&, const MessageCounts&) = default;
};

} // namespace sallyport::policy::inspection
