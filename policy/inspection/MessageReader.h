// MessageReader: the messages in one direction of a WebSocket, joined from frames, unmasked and
// inflated.
//
// Holds no payload, but for that of a control frame that came in pieces. What is not asked for is
// not done: without Depth::Content nothing is unmasked that is not compressed.
#pragma once

#include "policy/inspection/DeflateFollower.h"
#include "policy/inspection/Extensions.h"
#include "policy/inspection/FrameReader.h"
#include "policy/inspection/Message.h"
#include "policy/inspection/Utf8Check.h"

#include <array>
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

    /// Reads on; `room` (256 bytes at least, better a few KiB) is used for unmasking and inflating
    /// during the call. BadUtf8 and BadClose are told once, before that which has them.
    void read(std::span<const char> bytes, std::span<char> room, MessageListener& listener);

    [[nodiscard]] FrameFault fault() const { return frames_.fault(); }
    [[nodiscard]] std::uint64_t offset() const { return frames_.offset(); }
    [[nodiscard]] bool atFrameBoundary() const { return frames_.atBoundary(); }
    /// Whether a message has begun and not ended.
    [[nodiscard]] bool inMessage() const;
    /// That message so far.
    [[nodiscard]] const Message& message() const { return message_; }

private:
    void onFrame(const FrameHead& head) override;
    void onPayload(std::span<const char> wire) override;
    void onFrameEnd() override;
    void onInflated(std::span<const char> content) override;

    struct Call; // what is borrowed while read() runs
    using ControlPayload = std::array<char, 125>;

    void beginMessage(const FrameHead& head);
    void endMessage();
    void readControl(std::span<const char> wire);
    void tellControl(std::span<const char> payload);
    void readClose(ControlFrame& close);
    void readPayload(std::span<const char> wire);
    void readPlain(std::span<const char> wire);
    void inflate(std::span<const char> wire);
    void tellContent(std::span<const char> content);
    void accept(DeflateFollower::Outcome outcome);
    void lose(ContentLoss loss);
    void tellOnce(FrameFault fault, bool& told);
    /// `wire` is the frame's payload from position `at` on; works for frames without a mask too.
    void unmask(std::span<const char> wire, std::uint64_t at, char* plain) const;

    FrameReader frames_;
    FrameHead frame_;                 // the one being read
    std::uint64_t framePosition_ = 0; // of its payload
    Message message_;                 // frames is 0 between two
    Call* call_ = nullptr;
    std::optional<DeflateFollower> deflate_; // none after a loss
    std::unique_ptr<ControlPayload> splitControl_;
    Utf8Check utf8_;
    Direction direction_;
    Depth depth_;
    ContentLoss loss_ = ContentLoss::None;
    bool unknownExtension_;
    bool badUtf8Told_ = false;
    bool badCloseTold_ = false;
};

} // namespace sallyport::policy::inspection
