// MessageTrace: what a MessageReader tells, as lines of text; the same however the input was cut.
#pragma once

#include "policy/inspection/MessageReader.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <vector>

namespace sallyport::policy::inspection::test {

class MessageTrace final : public MessageListener {
public:
    /// A line each, content at the end of its message.
    std::vector<std::string> lines;

    void onMessageBegin(Direction, const Message& message) override
    {
        content_.clear();
        lines.push_back("begin " + std::to_string(message.number) + kind(message) + " at " +
                        std::to_string(message.beganAt));
    }
    void onContent(Direction, const Message&, std::span<const char> content) override
    {
        content_.append(content.data(), content.size());
    }
    void onMessageEnd(Direction, const Message& message) override
    {
        lines.push_back("end " + std::to_string(message.number) + " at " +
                        std::to_string(message.endsAt) + ", frames " +
                        std::to_string(message.frames) + ", payload " +
                        std::to_string(message.payloadBytes) + ", content " +
                        std::to_string(message.contentBytes) + ": " + content_);
        content_.clear();
    }
    void onControl(Direction, const ControlFrame& control) override
    {
        lines.push_back("control " + std::to_string(static_cast<int>(control.opcode)) +
                        " ends at " + std::to_string(control.endsAt) + ": " +
                        std::string(control.payload.data(), control.payload.size()));
        if (control.opcode == Opcode::Close)
            lines.push_back("close " + std::to_string(control.closeCode) + ": " +
                            std::string(control.closeReason));
    }
    void onFault(Direction, FrameFault fault) override
    {
        lines.push_back("fault " + std::string(frameFaultName(fault)));
    }
    void onContentLoss(Direction, ContentLoss loss) override
    {
        lines.push_back("loss " + std::string(contentLossName(loss)));
    }

    /// Of a message that has not ended.
    [[nodiscard]] const std::string& openContent() const { return content_; }

private:
    static std::string kind(const Message& message)
    {
        return std::string(message.kind == MessageKind::Text ? " text" : " binary") +
               (message.compressed ? " compressed" : "");
    }

    std::string content_;
};

/// Reads `wire` in pieces whose sizes `next()` says, each in memory of its own.
template <class Next>
void readInPieces(MessageReader& reader, std::string_view wire, Next next,
                  MessageListener& listener)
{
    std::array<char, 1024> room;
    while (!wire.empty()) {
        const auto size = std::clamp<std::size_t>(next(), 1, wire.size());
        const std::vector<char> piece(wire.begin(),
                                      wire.begin() + static_cast<std::ptrdiff_t>(size));
        reader.read(piece, room, listener);
        wire.remove_prefix(size);
    }
}

} // namespace sallyport::policy::inspection::test
