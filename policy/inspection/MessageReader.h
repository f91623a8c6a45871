// MessageReader: the messages in one direction of a WebSocket, joined from frames, unmasked and
// inflated.
//
// Holds no payload. What is not asked for is not done: without Depth::Content nothing is unmasked
// that is not compressed.
#pragma once

#include "policy/inspection/DeflateFollower.h"
#include "policy/inspection/Extensions.h"
#include "policy/inspection/FrameReader.h"
#include "policy/inspection/Message.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <span>

namespace sallyport::policy::inspection {

class MessageReader final : FrameReader::Listener, DeflateFollower::Listener {
public:
    enum class Depth : std::uint8_t {
        Sizes,   ///< messages and their sizes, also after inflation; onContent() is not called
        Content, ///< onContent() as well, and UTF-8 is checked
    };

    MessageReader(Direction direction, const Extensions& extensions, Depth depth,
                  InflateBudget& budget);

    /// Reads on; `room` (a few KiB) is used for unmasking and inflating during the call.
    void read(std::span<const char> bytes, std::span<char> room, MessageListener& listener);

    [[nodiscard]] FrameFault fault() const { return frames_.fault(); }
    [[nodiscard]] std::uint64_t offset() const { return frames_.offset(); }
    [[nodiscard]] bool atFrameBoundary() const { return frames_.atBoundary(); }
    /// Whether a message has begun and not ended.
    [[nodiscard]] bool inMessage() const;

private:
    void onFrame(const FrameHead& head) override;
    void onPayload(std::span<const char> wire) override;
    void onFrameEnd() override;
    void onInflated(std::span<const char> content) override;

    // The helper who owns this file completes it.
    FrameReader frames_;
};

} // namespace sallyport::policy::inspection
