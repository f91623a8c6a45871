// FrameMix: what one end of a WebSocket sends, made up from a seed: good messages in every shape
// that RFC 6455 and RFC 7692 allow, and whatever they forbid.
//
// Counts what it writes as the audit log should. Not the product's code on purpose: a mistake in
// that would otherwise agree with itself.
#pragma once

#include "support/WebSocketPeer.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace sallyport::test {

/// xorshift64*: cheap, and the same everywhere.
class Dice {
public:
    explicit Dice(std::uint64_t seed) : state_(seed * 2 + 1) {}

    [[nodiscard]] std::uint64_t next();
    /// 0 to `limit` - 1
    [[nodiscard]] std::size_t below(std::size_t limit) { return next() % limit; }
    /// 0 to `limit`, small numbers as likely as large ones.
    [[nodiscard]] std::size_t ofAnySize(std::size_t limit);
    [[nodiscard]] std::string bytes(std::size_t count);

private:
    std::uint64_t state_;
};

enum class Sender : std::uint8_t { Client, Server };

struct Compression {
    enum class Context : std::uint8_t { None, Takeover, NoTakeover };

    Context context = Context::None; ///< None: nothing is compressed
    int windowBits = 15;
};

class FrameMix {
public:
    /// Of whole messages, but for pings and pongs.
    struct Counts {
        std::uint64_t text = 0;
        std::uint64_t binary = 0;
        std::uint64_t pings = 0;
        std::uint64_t pongs = 0;
        std::uint64_t frames = 0;
        std::uint64_t payloadBytes = 0;
        std::uint64_t contentBytes = 0;
        std::uint64_t maxContentBytes = 0;
    };

    FrameMix(Sender sender, std::uint64_t seed, Compression compression);
    ~FrameMix();
    FrameMix(const FrameMix&) = delete;
    FrameMix& operator=(const FrameMix&) = delete;

    /// Good messages of any size and fragmentation, with control frames between and inside them,
    /// until there are about so many bytes more; the first is a text that holds a card number.
    void addMessages(std::size_t bytes);
    /// Of random content; with compression, compressed more often than not.
    void addMessage(Opcode kind, std::size_t contentBytes);
    /// A message that says this, in fragments, not compressed.
    void addContent(Opcode kind, std::string_view content);
    void addClose();

    enum class Mask : std::uint8_t { Right, Wrong };
    enum class Length : std::uint8_t { Minimal, SixteenBits, SixtyFourBits };
    /// One frame, its first byte and all else as given; not counted.
    void addFrame(unsigned firstByte, std::string_view payload, Mask mask = Mask::Right,
                  Length length = Length::Minimal);
    void addGarbage(std::size_t bytes) { bytes_ += dice_.bytes(bytes); }
    void addBytes(std::string_view bytes) { bytes_ += bytes; }
    /// The beginning of a frame whose end never comes.
    void addCutFrame();

    [[nodiscard]] Dice& dice() { return dice_; }
    [[nodiscard]] const std::string& bytes() const { return bytes_; }
    [[nodiscard]] const Counts& counts() const { return counts_; }

private:
    class Deflater;

    void addControlFrame();
    void addFragments(Opcode kind, std::string_view payload, bool compressed);
    [[nodiscard]] std::string content(Opcode kind, std::size_t bytes);

    Sender sender_;
    Dice dice_;
    std::unique_ptr<Deflater> deflater_; // none without compression
    std::string bytes_;
    Counts counts_;
};

} // namespace sallyport::test
