#include "websocket/MessageTap.h"

#include <openssl/rand.h>

#include <algorithm>

namespace sallyport::websocket {

using namespace policy::inspection;

namespace {

constexpr std::uint16_t PolicyViolation = 1008;
/// Bytes of a held message's frames for one of its content; with masked frames of one byte it is 7.
constexpr std::uint64_t MostOverhead = 8;
constexpr std::uint64_t LeastRoom = 64 * 1024;
constexpr char FinalClose = static_cast<char>(0x88);
constexpr char Masked = static_cast<char>(0x80);

MessageReader::Depth depthFor(const CompiledProfile* profile)
{
    return profile && profile->needsContent() ? MessageReader::Depth::Content
                                              : MessageReader::Depth::Sizes;
}

} // namespace

MessageTap::MessageTap(std::string_view subprotocol, const Extensions& extensions,
                       const CompiledProfile* profile, const TapTools& tools, Owner& owner)
    : profile_(profile), room_(tools.room),
      owner_(owner), ways_{Way{.reader = MessageReader(Direction::ClientToUpstream, extensions,
                                                       depthFor(profile), tools.inflateBudget)},
                           Way{.reader = MessageReader(Direction::UpstreamToClient, extensions,
                                                       depthFor(profile), tools.inflateBudget)}}
{
    if (!profile)
        return;
    FindingListener& listener = *this;
    run_ = std::make_unique<ProfileRun>(*profile, tools.digestKey, tools.scratch, listener);
    run_->begin(subprotocol, extensions.names);
}

std::uint64_t MessageTap::holdBytes() const
{
    return profile_ ? profile_->profile().holdBytes : 0;
}

/// A message that is longer than what is held goes on; so does one in so many frames, or with so
/// many control frames among them, that they take several times the room.
void MessageTap::giveUpLong(Way& way) const
{
    if (way.held != Way::Held::Message)
        return;
    const std::uint64_t room = MostOverhead * holdBytes() + LeastRoom;
    if (way.reader.message().payloadBytes > holdBytes() || way.read - way.openSince > room)
        way.held = Way::Held::TooLong;
}

/// Where nothing is held all of it; else up to the message that is open, or to the last whole
/// frame.
std::uint64_t MessageTap::mayGo(const Way& way) const
{
    if (holdBytes() == 0 || !way.readable || way.held == Way::Held::TooLong)
        return way.read;
    return way.held == Way::Held::Message ? way.openSince : way.lastEnd;
}

MessageTap::Look MessageTap::read(Direction direction, std::span<const char> bytes, Time now)
{
    Way& way = this->way(direction);
    way.read += bytes.size();
    if (!cut_ && way.readable) {
        if (run_)
            run_->setTime(now);
        MessageListener& listener = *this;
        way.reader.read(bytes, room_, listener);
    }
    giveUpLong(way);
    // What led to a cut does not go on, as far as it has not gone already.
    const std::uint64_t reached = cut_ ? std::min(way.lastEnd, mayGo(way)) : mayGo(way);
    way.passed = std::max(way.passed, reached);
    return {.upTo = way.passed, .then = cut_ ? Then::Cut : Then::GoOn};
}

void MessageTap::giveUp(Direction direction, std::string_view why)
{
    way(direction).readable = false;
    noteWhy(why);
    if (run_)
        run_->onUnreadable(direction, why);
}

std::span<const char> MessageTap::lastWords(Direction direction)
{
    const Way& way = this->way(direction);
    const bool betweenFrames =
        way.passed == way.lastEnd || (way.passed == way.read && way.reader.atFrameBoundary());
    if (!profile_ || !profile_->profile().closeFrame || !way.readable || !betweenFrames)
        return {};
    const std::array<char, 2> code{static_cast<char>(PolicyViolation >> 8),
                                   static_cast<char>(PolicyViolation & 0xff)};
    words_[0] = FinalClose;
    words_[1] = static_cast<char>(code.size());
    if (direction == Direction::UpstreamToClient) {
        std::ranges::copy(code, words_.begin() + 2);
        return std::span(words_).first(4);
    }
    // What a client sends is masked (RFC 6455 §5.3).
    std::array<unsigned char, 4> mask{};
    if (RAND_bytes(mask.data(), static_cast<int>(mask.size())) != 1)
        return {};
    words_[1] = static_cast<char>(words_[1] | Masked);
    std::ranges::copy(mask, words_.begin() + 2);
    words_[6] = static_cast<char>(code[0] ^ static_cast<char>(mask[0]));
    words_[7] = static_cast<char>(code[1] ^ static_cast<char>(mask[1]));
    return words_;
}

void MessageTap::onMessageBegin(Direction direction, const Message& message)
{
    Way& way = this->way(direction);
    way.openSince = message.beganAt;
    way.held = Way::Held::Message;
    if (run_)
        run_->onMessageBegin(direction, message);
}

void MessageTap::onContent(Direction direction, const Message& message,
                           std::span<const char> content)
{
    if (run_)
        run_->onContent(direction, message, content);
}

void MessageTap::onMessageEnd(Direction direction, const Message& message)
{
    counts_[direction].add(message);
    if (run_)
        run_->onMessageEnd(direction, message);
    if (cut_)
        return; // it does not go on
    Way& way = this->way(direction);
    way.held = Way::Held::Nothing;
    way.lastEnd = message.endsAt;
}

void MessageTap::onControl(Direction direction, const ControlFrame& frame)
{
    counts_[direction].add(frame);
    if (frame.opcode == Opcode::Close && !close_)
        close_ = Close{direction, frame.closeCode, std::string(frame.closeReason)};
    if (run_)
        run_->onControl(direction, frame);
    Way& way = this->way(direction);
    if (!cut_ && way.held != Way::Held::Message)
        way.lastEnd = frame.endsAt;
}

void MessageTap::onFault(Direction direction, FrameFault fault)
{
    if (fault != FrameFault::BadUtf8 && fault != FrameFault::BadClose) {
        way(direction).readable = false;
        noteWhy(frameFaultName(fault));
    }
    if (run_)
        run_->onFault(direction, fault);
}

void MessageTap::onContentLoss(Direction direction, ContentLoss loss)
{
    noteWhy(contentLossName(loss));
    if (run_)
        run_->onContentLoss(direction, loss);
}

void MessageTap::noteWhy(std::string_view why)
{
    if (notInspectable_.empty())
        notInspectable_ = why;
}

void MessageTap::onFinding(const Finding& finding)
{
    cut_ = cut_ || finding.check->action == CheckAction::Cut;
    owner_.onFinding(finding);
}

} // namespace sallyport::websocket
