#include "policy/inspection/MessageReader.h"

#include <algorithm>
#include <cstring>

namespace sallyport::policy::inspection {

namespace {

constexpr std::uint16_t NoStatusReceived = 1005;

FrameReader::Deflate deflateOf(const Extensions& extensions)
{
    if (extensions.unknown)
        return FrameReader::Deflate::Unknown;
    return extensions.deflate ? FrameReader::Deflate::Agreed : FrameReader::Deflate::NotAgreed;
}

// FrameReader lets no length pass that is written longer than it need be.
std::uint64_t headBytes(const FrameHead& head)
{
    const auto extended = head.payloadBytes < 126 ? 0 : head.payloadBytes < 65536 ? 2 : 8;
    return static_cast<std::uint64_t>(2 + extended + (head.masked ? 4 : 0));
}

bool mayBeSent(std::uint16_t closeCode) // RFC 6455 §7.4 and the registry it opened
{
    return (closeCode >= 1000 && closeCode <= 1003) || (closeCode >= 1007 && closeCode <= 1014) ||
           (closeCode >= 3000 && closeCode <= 4999);
}

} // namespace

struct MessageReader::Call {
    std::span<char> room;
    MessageListener& listener;
};

MessageReader::MessageReader(Direction direction, const Extensions& extensions, Depth depth,
                             InflateBudget& budget)
    : frames_(direction, deflateOf(extensions)), direction_(direction), depth_(depth),
      unknownExtension_(extensions.unknown)
{
    if (deflateOf(extensions) == FrameReader::Deflate::Agreed)
        deflate_.emplace(direction == Direction::ClientToUpstream ? extensions.fromClient
                                                                  : extensions.fromServer,
                         budget);
}

void MessageReader::read(std::span<const char> bytes, std::span<char> room,
                         MessageListener& listener)
{
    if (fault() != FrameFault::None)
        return;
    Call call{room, listener};
    call_ = &call;
    frames_.read(bytes, *this);
    call_ = nullptr;
    if (fault() == FrameFault::None)
        return;
    deflate_.reset();
    listener.onFault(direction_, fault());
}

bool MessageReader::inMessage() const
{
    return message_.frames > 0;
}

void MessageReader::onFrame(const FrameHead& head)
{
    if (unknownExtension_ && loss_ == ContentLoss::None)
        lose(ContentLoss::UnknownExtension);
    frame_ = head;
    framePosition_ = 0;
    if (head.isControl()) {
        if (head.payloadBytes == 0)
            tellControl({});
    } else if (head.opcode == Opcode::Continuation) {
        ++message_.frames;
    } else {
        beginMessage(head);
    }
}

void MessageReader::onPayload(std::span<const char> wire)
{
    if (frame_.isControl())
        readControl(wire);
    else
        readPayload(wire);
    framePosition_ += wire.size();
}

void MessageReader::onFrameEnd()
{
    if (frame_.final && !frame_.isControl())
        endMessage();
}

void MessageReader::beginMessage(const FrameHead& head)
{
    Message begun;
    begun.kind = head.opcode == Opcode::Text ? MessageKind::Text : MessageKind::Binary;
    begun.compressed = head.compressed;
    begun.number = message_.number + 1;
    begun.beganAt = offset() - headBytes(head);
    begun.frames = 1;
    message_ = begun;
    utf8_ = {};
    call_->listener.onMessageBegin(direction_, message_);
}

void MessageReader::endMessage()
{
    if (message_.compressed && loss_ == ContentLoss::None)
        accept(deflate_->endMessage(call_->room, *this));
    if (loss_ == ContentLoss::None && !utf8_.complete())
        tellOnce(FrameFault::BadUtf8, badUtf8Told_);
    message_.endsAt = offset();
    call_->listener.onMessageEnd(direction_, message_);
    message_.frames = 0;
}

void MessageReader::readControl(std::span<const char> wire)
{
    if (wire.size() == frame_.payloadBytes) {
        unmask(wire, 0, call_->room.data());
        tellControl(call_->room.first(wire.size()));
        return;
    }
    if (!splitControl_)
        splitControl_ = std::make_unique<ControlPayload>();
    unmask(wire, framePosition_, splitControl_->data() + framePosition_);
    if (framePosition_ + wire.size() == frame_.payloadBytes) {
        tellControl(std::span(*splitControl_).first(frame_.payloadBytes));
        splitControl_.reset();
    }
}

void MessageReader::tellControl(std::span<const char> payload)
{
    ControlFrame control;
    control.opcode = frame_.opcode;
    control.payload = payload;
    control.endsAt = offset();
    if (control.opcode == Opcode::Close)
        readClose(control);
    call_->listener.onControl(direction_, control);
}

void MessageReader::readClose(ControlFrame& close)
{
    const auto body = close.payload;
    if (body.size() < 2) {
        close.closeCode = NoStatusReceived;
        if (!body.empty())
            tellOnce(FrameFault::BadClose, badCloseTold_);
        return;
    }
    close.closeCode = static_cast<std::uint16_t>(static_cast<std::uint8_t>(body[0]) << 8 |
                                                 static_cast<std::uint8_t>(body[1]));
    close.closeReason = {body.data() + 2, body.size() - 2};
    if (!mayBeSent(close.closeCode))
        tellOnce(FrameFault::BadClose, badCloseTold_);
    Utf8Check reason;
    if (!reason.read(close.closeReason) || !reason.complete())
        tellOnce(FrameFault::BadUtf8, badUtf8Told_);
}

void MessageReader::readPayload(std::span<const char> wire)
{
    message_.payloadBytes += wire.size();
    if (loss_ != ContentLoss::None)
        return;
    if (message_.compressed)
        inflate(wire);
    else
        readPlain(wire);
}

void MessageReader::readPlain(std::span<const char> wire)
{
    if (depth_ == Depth::Sizes || !frame_.masked)
        return tellContent(wire);
    for (auto at = framePosition_; !wire.empty();) {
        const auto piece = wire.first(std::min(wire.size(), call_->room.size()));
        unmask(piece, at, call_->room.data());
        tellContent(call_->room.first(piece.size()));
        wire = wire.subspan(piece.size());
        at += piece.size();
    }
}

void MessageReader::inflate(std::span<const char> wire)
{
    if (!frame_.masked)
        return accept(deflate_->read(wire, call_->room, *this));
    const auto unmasked = call_->room.first(call_->room.size() / 4);
    const auto inflated = call_->room.subspan(unmasked.size());
    for (auto at = framePosition_; !wire.empty() && loss_ == ContentLoss::None;) {
        const auto piece = wire.first(std::min(wire.size(), unmasked.size()));
        unmask(piece, at, unmasked.data());
        accept(deflate_->read(unmasked.first(piece.size()), inflated, *this));
        wire = wire.subspan(piece.size());
        at += piece.size();
    }
}

void MessageReader::onInflated(std::span<const char> content)
{
    tellContent(content);
}

void MessageReader::tellContent(std::span<const char> content)
{
    message_.contentBytes += content.size();
    if (depth_ == Depth::Sizes)
        return;
    if (message_.kind == MessageKind::Text && !badUtf8Told_ && !utf8_.read(content))
        tellOnce(FrameFault::BadUtf8, badUtf8Told_);
    call_->listener.onContent(direction_, message_, content);
}

void MessageReader::accept(DeflateFollower::Outcome outcome)
{
    switch (outcome) {
    case DeflateFollower::Outcome::Good:
        return;
    case DeflateFollower::Outcome::NoMemory:
        return lose(ContentLoss::MemoryBudget);
    case DeflateFollower::Outcome::Malformed:
        return lose(ContentLoss::BadDeflate);
    case DeflateFollower::Outcome::TooCompressed:
        return lose(ContentLoss::TooCompressed);
    }
}

void MessageReader::lose(ContentLoss loss)
{
    loss_ = loss;
    deflate_.reset();
    call_->listener.onContentLoss(direction_, loss);
}

void MessageReader::tellOnce(FrameFault fault, bool& told)
{
    if (told)
        return;
    told = true;
    call_->listener.onFault(direction_, fault);
}

void MessageReader::unmask(std::span<const char> wire, std::uint64_t at, char* plain) const
{
    std::array<char, sizeof(std::uint64_t)> mask{}; // of a frame without one: all zero
    for (std::size_t i = 0; i < mask.size(); ++i)
        mask[i] = static_cast<char>(frame_.mask[(at + i) % frame_.mask.size()]);
    std::uint64_t maskWord = 0;
    std::memcpy(&maskWord, mask.data(), sizeof maskWord);

    std::size_t done = 0;
    for (std::uint64_t word = 0; done + sizeof word <= wire.size(); done += sizeof word) {
        std::memcpy(&word, wire.data() + done, sizeof word);
        word ^= maskWord;
        std::memcpy(plain + done, &word, sizeof word);
    }
    for (; done < wire.size(); ++done)
        plain[done] = static_cast<char>(wire[done] ^ mask[done % mask.size()]);
}

} // namespace sallyport::policy::inspection
