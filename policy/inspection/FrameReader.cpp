#include "policy/inspection/FrameReader.h"

#include <algorithm>

namespace sallyport::policy::inspection {

namespace {

constexpr std::uint8_t Fin = 0x80;
constexpr std::uint8_t Rsv = 0x70;
constexpr std::uint8_t Rsv1 = 0x40;
constexpr std::uint8_t OpcodeBits = 0x0f;
constexpr std::uint8_t MaskBit = 0x80;
constexpr std::uint8_t LengthBits = 0x7f;
constexpr std::uint8_t Length16 = 126;
constexpr std::uint8_t Length64 = 127;

constexpr std::size_t extendedLengthBytes(std::uint8_t code)
{
    return code < Length16 ? 0 : code == Length16 ? 2 : 8;
}

} // namespace

FrameReader::FrameReader(Direction direction, Deflate deflate)
    : direction_(direction), deflate_(deflate)
{}

bool FrameReader::atBoundary() const
{
    return fault_ == FrameFault::None && headBytes_ == 0 && payloadLeft_ == 0;
}

void FrameReader::read(std::span<const char> bytes, Listener& listener)
{
    while (!bytes.empty() && fault_ == FrameFault::None) {
        if (payloadLeft_ == 0) {
            bytes = bytes.subspan(readHead(bytes));
            if (headBytes_ < 2 || headBytes_ < headLength() || fault_ != FrameFault::None)
                continue;
            listener.onFrame(takeHead());
        } else {
            const auto size = std::min<std::uint64_t>(payloadLeft_, bytes.size());
            payloadLeft_ -= size;
            offset_ += size;
            listener.onPayload(bytes.first(size));
            bytes = bytes.subspan(size);
        }
        if (payloadLeft_ == 0)
            listener.onFrameEnd();
    }
}

// How many bytes were of the head: all of it, or as many as there are, or up to its fault.
std::size_t FrameReader::readHead(std::span<const char> bytes)
{
    std::size_t used = 0;
    do {
        head_[headBytes_++] = static_cast<std::uint8_t>(bytes[used++]);
        fault_ = faultSoFar();
    } while (fault_ == FrameFault::None && used < bytes.size() &&
             (headBytes_ < 2 || headBytes_ < headLength()));
    offset_ += used;
    return used;
}

std::size_t FrameReader::headLength() const
{
    return 2 + extendedLengthBytes(head_[1] & LengthBits) + ((head_[1] & MaskBit) != 0 ? 4 : 0);
}

// What the byte read last makes certain.
FrameFault FrameReader::faultSoFar() const
{
    const auto code = head_[1] & LengthBits;
    switch (headBytes_) {
    case 1:
        return faultOfFirstByte();
    case 2:
        return faultOfSecondByte();
    case 3:
        if (code == Length64 && (head_[2] & 0x80) != 0)
            return FrameFault::LengthTooLarge;
        break;
    case 4:
        if (code == Length16 && head_[2] == 0 && head_[3] < Length16)
            return FrameFault::LengthNotMinimal;
        break;
    case 8:
        if (code == Length64 &&
            std::all_of(&head_[2], &head_[8], [](auto byte) { return byte == 0; }))
            return FrameFault::LengthNotMinimal;
        break;
    default:
        break;
    }
    return FrameFault::None;
}

FrameFault FrameReader::faultOfFirstByte() const
{
    const auto opcode = head_[0] & OpcodeBits;
    const bool control = opcode >= static_cast<int>(Opcode::Close);
    const bool begins = !control && opcode != static_cast<int>(Opcode::Continuation);
    const auto rsv = head_[0] & Rsv;
    const bool marksCompressed = deflate_ == Deflate::Agreed && begins && rsv == Rsv1;
    if (rsv != 0 && deflate_ != Deflate::Unknown && !marksCompressed)
        return FrameFault::ReservedBits;
    if (opcode > static_cast<int>(control ? Opcode::Pong : Opcode::Binary))
        return FrameFault::ReservedOpcode;
    if (control)
        return (head_[0] & Fin) == 0 ? FrameFault::FragmentedControl : FrameFault::None;
    if (begins == messageOpen_)
        return begins ? FrameFault::UnfinishedMessage : FrameFault::UnexpectedContinuation;
    return FrameFault::None;
}

FrameFault FrameReader::faultOfSecondByte() const
{
    const bool masked = (head_[1] & MaskBit) != 0;
    if (masked != (direction_ == Direction::ClientToUpstream))
        return masked ? FrameFault::Masked : FrameFault::Unmasked;
    const bool control = (head_[0] & OpcodeBits) >= static_cast<int>(Opcode::Close);
    return control && (head_[1] & LengthBits) >= Length16 ? FrameFault::OversizedControl
                                                          : FrameFault::None;
}

// The head is complete: what it says; payload comes next.
FrameHead FrameReader::takeHead()
{
    FrameHead head;
    head.opcode = static_cast<Opcode>(head_[0] & OpcodeBits);
    head.final = (head_[0] & Fin) != 0;
    head.compressed = deflate_ == Deflate::Agreed && (head_[0] & Rsv1) != 0;
    head.masked = (head_[1] & MaskBit) != 0;
    const std::uint8_t code = head_[1] & LengthBits;
    const auto lengthEnd = 2 + extendedLengthBytes(code);
    head.payloadBytes = code < Length16 ? code : 0;
    for (std::size_t at = 2; at < lengthEnd; ++at)
        head.payloadBytes = head.payloadBytes << 8 | head_[at];
    if (head.masked)
        std::copy_n(&head_[lengthEnd], head.mask.size(), head.mask.begin());
    if (!head.isControl())
        messageOpen_ = !head.final;
    payloadLeft_ = head.payloadBytes;
    headBytes_ = 0;
    return head;
}

} // namespace sallyport::policy::inspection
