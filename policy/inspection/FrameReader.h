// FrameReader: the frames in one direction of a WebSocket (RFC 6455 §5.2), from pieces of any size.
//
// Pure: holds the head it is in the middle of and a count, no payload. Never looks at more than it
// is given and never changes a byte.
#pragma once

#include "policy/inspection/Direction.h"
#include "policy/inspection/Frame.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace sallyport::policy::inspection {

class FrameReader {
public:
    /// Told in the order of the stream. `onPayload` has bytes as on the wire, masked; a frame
    /// without payload has none.
    class Listener {
    public:
        virtual void onFrame(const FrameHead& head) = 0;
        virtual void onPayload(std::span<const char> wire) = 0;
        virtual void onFrameEnd() = 0;

    protected:
        ~Listener() = default;
    };

    enum class Deflate : std::uint8_t {
        NotAgreed, ///< a reserved bit is a fault
        Agreed,    ///< RSV1 marks the first frame of a compressed message
        Unknown,   ///< an extension was agreed on that may use any reserved bit: none is a fault
    };
    FrameReader(Direction direction, Deflate deflate);

    /// Reads on; after a fault, and from there on, it tells nothing.
    void read(std::span<const char> bytes, Listener& listener);

    /// All but BadClose and BadUtf8.
    [[nodiscard]] FrameFault fault() const { return fault_; }
    /// Bytes of the stream read so far; during a call of the listener, up to and including what it
    /// is told.
    [[nodiscard]] std::uint64_t offset() const { return offset_; }
    /// Whether the stream stands between two frames, and no fault came before.
    [[nodiscard]] bool atBoundary() const;

private:
    static constexpr std::size_t MaxHeadBytes = 14;

    [[nodiscard]] std::size_t readHead(std::span<const char> bytes);
    [[nodiscard]] std::size_t headLength() const;
    [[nodiscard]] FrameFault faultSoFar() const;
    [[nodiscard]] FrameFault faultOfFirstByte() const;
    [[nodiscard]] FrameFault faultOfSecondByte() const;
    [[nodiscard]] FrameHead takeHead();

    std::uint64_t offset_ = 0;
    std::uint64_t payloadLeft_ = 0;
    std::array<std::uint8_t, MaxHeadBytes> head_{};
    std::uint8_t headBytes_ = 0; ///< of head_ that were read; 0 in payload and between frames
    Direction direction_;
    Deflate deflate_;
    FrameFault fault_ = FrameFault::None;
    bool messageOpen_ = false; ///< a data frame without FIN came last
};

} // namespace sallyport::policy::inspection
