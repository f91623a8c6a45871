#include "support/FrameMix.h"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

namespace sallyport::test {
namespace {

constexpr unsigned Fin = 0x80;
constexpr unsigned Rsv1 = 0x40;
constexpr unsigned Continuation = 0;
constexpr std::size_t MaxFrameBytes = 70'000;
constexpr std::size_t MaxMessageBytes = 300'000;
constexpr std::size_t MaxControlBytes = 125;
constexpr std::string_view CardNumber = "paid with 4111 1111 1111 1111 today";

/// Four bytes each, so that a text may be cut between any two.
constexpr std::array<std::string_view, 8> TextUnits{
    "the ", "\n{\"a", "\xc3\xa4\xc3\xb6", "\xf0\x9f\x98\x80", "x\xe2\x82\xac",
    "0123", "\": 1",  "\xdf\xbf\xc2\x80"};
constexpr std::size_t UnitBytes = 4;
constexpr std::size_t PoolBytes = 1024 * 1024;

std::string makeTextPool()
{
    Dice dice(1);
    std::string pool;
    while (pool.size() < PoolBytes)
        pool += TextUnits[dice.below(TextUnits.size())];
    return pool;
}

void appendNumber(std::string& out, std::uint64_t number, int bytes)
{
    for (int i = bytes - 1; i >= 0; --i)
        out += static_cast<char>((number >> (8 * i)) & 0xff);
}

} // namespace

std::uint64_t Dice::next()
{
    state_ ^= state_ >> 12;
    state_ ^= state_ << 25;
    state_ ^= state_ >> 27;
    return (state_ * 0x2545'f491'4f6c'dd1dULL) >> 1;
}

std::size_t Dice::ofAnySize(std::size_t limit)
{
    const std::size_t digits = below(static_cast<std::size_t>(std::bit_width(limit)) + 1);
    return std::min(limit, below(std::size_t{1} << digits));
}

std::string Dice::bytes(std::size_t count)
{
    std::string made(count + sizeof(std::uint64_t), '\0');
    for (std::size_t at = 0; at < count; at += sizeof(std::uint64_t)) {
        const std::uint64_t word = next() ^ (next() << 32);
        std::memcpy(made.data() + at, &word, sizeof word);
    }
    made.resize(count);
    return made;
}

// RFC 7692 §7.2.1, with zlib.
class FrameMix::Deflater {
public:
    explicit Deflater(Compression compression) : context_(compression.context)
    {
        if (deflateInit2(&stream_, 1, Z_DEFLATED, -compression.windowBits, 8, Z_DEFAULT_STRATEGY) !=
            Z_OK)
            throw Unexpected("zlib does not start");
    }
    ~Deflater() { deflateEnd(&stream_); }
    Deflater(const Deflater&) = delete;
    Deflater& operator=(const Deflater&) = delete;

    [[nodiscard]] std::string message(std::string_view content)
    {
        if (content.empty())
            return std::string(1, '\0'); // §7.2.3.6; zlib flushes nothing twice
        std::string out = run(content, Z_SYNC_FLUSH);
        out.resize(out.size() - 4); // 00 00 ff ff, which the receiver adds again
        if (context_ == Compression::Context::NoTakeover)
            deflateReset(&stream_);
        return out;
    }

    /// Ends with a final block (§7.2.3.4).
    [[nodiscard]] std::string finalMessage(std::string_view content)
    {
        std::string out = run(content, Z_FINISH);
        deflateReset(&stream_);
        return out + '\0';
    }

private:
    std::string run(std::string_view content, int flush)
    {
        std::string out(content.size() + content.size() / 8 + 1024, '\0');
        stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(content.data()));
        stream_.avail_in = static_cast<uInt>(content.size());
        stream_.next_out = reinterpret_cast<Bytef*>(out.data());
        stream_.avail_out = static_cast<uInt>(out.size());
        const int status = deflate(&stream_, flush);
        if (status < 0 || stream_.avail_in > 0 || stream_.avail_out == 0)
            throw Unexpected("zlib did not compress all of a message");
        out.resize(out.size() - stream_.avail_out);
        return out;
    }

    z_stream stream_{};
    Compression::Context context_;
};

FrameMix::FrameMix(Sender sender, std::uint64_t seed, Compression compression)
    : sender_(sender), dice_(2 * seed + (sender == Sender::Client ? 0 : 1))
{
    if (compression.context != Compression::Context::None)
        deflater_ = std::make_unique<Deflater>(compression);
}

FrameMix::~FrameMix() = default;

void FrameMix::addMessages(std::size_t bytes)
{
    const std::size_t end = bytes_.size() + bytes;
    addContent(Opcode::Text, CardNumber);
    while (bytes_.size() < end) {
        if (dice_.below(4) == 0)
            addControlFrame();
        const std::size_t room = std::min(MaxMessageBytes, end - std::min(end, bytes_.size()));
        addMessage(dice_.below(2) == 0 ? Opcode::Text : Opcode::Binary, dice_.ofAnySize(room));
    }
}

void FrameMix::addMessage(Opcode kind, std::size_t contentBytes)
{
    const std::string said = content(kind, contentBytes);
    const bool compressed = deflater_ && dice_.below(5) != 0;
    if (!compressed) {
        addContent(kind, said);
        return;
    }
    const bool final = dice_.below(8) == 0;
    addFragments(kind, final ? deflater_->finalMessage(said) : deflater_->message(said), true);
    counts_.contentBytes += said.size();
    counts_.maxContentBytes = std::max<std::uint64_t>(counts_.maxContentBytes, said.size());
}

void FrameMix::addContent(Opcode kind, std::string_view content)
{
    addFragments(kind, content, false);
    counts_.contentBytes += content.size();
    counts_.maxContentBytes = std::max<std::uint64_t>(counts_.maxContentBytes, content.size());
}

void FrameMix::addFragments(Opcode kind, std::string_view payload, bool compressed)
{
    ++(kind == Opcode::Text ? counts_.text : counts_.binary);
    counts_.payloadBytes += payload.size();
    unsigned first = static_cast<unsigned>(kind) | (compressed ? Rsv1 : 0);
    // Large messages do not come in a hundred thousand frames.
    const std::size_t least = payload.size() / 1024;
    const bool whole = dice_.below(4) == 0;
    for (;;) {
        const std::size_t part =
            whole ? payload.size()
                  : std::min(payload.size(), least + dice_.ofAnySize(MaxFrameBytes));
        const bool last = part == payload.size() && dice_.below(8) != 0;
        addFrame(first | (last ? Fin : 0), payload.substr(0, part));
        ++counts_.frames;
        if (last)
            return;
        payload.remove_prefix(part);
        first = Continuation;
        if (dice_.below(3) == 0)
            addControlFrame();
    }
}

void FrameMix::addControlFrame()
{
    const bool ping = dice_.below(2) == 0;
    ++(ping ? counts_.pings : counts_.pongs);
    addFrame(Fin | static_cast<unsigned>(ping ? Opcode::Ping : Opcode::Pong),
             dice_.bytes(dice_.below(MaxControlBytes + 1)));
}

void FrameMix::addClose()
{
    addFrame(Fin | static_cast<unsigned>(Opcode::Close), "\x03\xe8 good bye");
}

void FrameMix::addFrame(unsigned firstByte, std::string_view payload, Mask mask, Length length)
{
    const bool masked = (sender_ == Sender::Client) == (mask == Mask::Right);
    const unsigned maskBit = masked ? 0x80 : 0;
    bytes_ += static_cast<char>(firstByte);
    if (length == Length::SixtyFourBits || payload.size() > 0xffff) {
        bytes_ += static_cast<char>(maskBit | 127);
        appendNumber(bytes_, payload.size(), 8);
    } else if (length == Length::SixteenBits || payload.size() > 125) {
        bytes_ += static_cast<char>(maskBit | 126);
        appendNumber(bytes_, payload.size(), 2);
    } else {
        bytes_ += static_cast<char>(maskBit | payload.size());
    }
    if (!masked) {
        bytes_ += payload;
        return;
    }
    const std::string key = dice_.bytes(4);
    bytes_ += key;
    const std::size_t from = bytes_.size();
    bytes_ += payload;
    char* const wire = bytes_.data() + from;
    for (std::size_t i = 0; i < payload.size(); ++i)
        wire[i] = static_cast<char>(wire[i] ^ key[i % 4]);
}

void FrameMix::addCutFrame()
{
    const std::size_t from = bytes_.size();
    addFrame(Fin | static_cast<unsigned>(Opcode::Binary), dice_.bytes(1 + dice_.below(5'000)));
    bytes_.resize(from + 1 + dice_.below(bytes_.size() - from - 1));
}

std::string FrameMix::content(Opcode kind, std::size_t bytes)
{
    static const std::string text = makeTextPool();
    static const std::string binary = Dice(2).bytes(PoolBytes);
    const std::string& pool = kind == Opcode::Text ? text : binary;
    std::string made;
    made.reserve(bytes);
    std::size_t left = bytes - bytes % UnitBytes;
    while (left > 0) {
        const std::size_t from = UnitBytes * dice_.below(PoolBytes / UnitBytes);
        const std::string_view piece = std::string_view(pool).substr(from, left);
        made += piece;
        left -= piece.size();
    }
    made.append(bytes - made.size(), 'x');
    return made;
}

} // namespace sallyport::test
