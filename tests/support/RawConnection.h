// RawConnection: one TCP connection of a test, driven byte by byte; RawClient: one that it opened.
//
// Used for the client's end and for the origin's end alike. Every wait ends at Patience by throwing
// Unexpected, whose text says what was awaited and what had come. Knows only how far an HTTP answer
// reaches; what it says is the test's business.
#pragma once

#include "support/BuildKind.h"
#include "support/Response.h"

#include <chrono>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

namespace sallyport::test {

/// Something awaited did not happen.
class Unexpected : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

enum class End : std::uint8_t { Orderly, Reset };
std::ostream& operator<<(std::ostream&, End);

struct Remainder {
    std::string bytes;
    End end = End::Orderly;
};

class RawConnection {
public:
    /// Owns the descriptor, which is made non-blocking.
    explicit RawConnection(int descriptor);
    RawConnection(RawConnection&& other) noexcept;
    RawConnection& operator=(RawConnection&& other) noexcept;
    ~RawConnection();

    void send(std::string_view bytes);
    /// Every byte in a segment of its own.
    void sendByteByByte(std::string_view bytes);
    /// Sends until the peer has not taken a byte for `quiet`, or `limitBytes` are sent; says how
    /// many.
    std::size_t sendUntilBlocked(std::size_t limitBytes, std::chrono::milliseconds quiet);

    [[nodiscard]] std::string receiveExactly(std::size_t count);
    /// Up to and including `mark`.
    [[nodiscard]] std::string receiveUntil(std::string_view mark);
    /// Up to and including the first empty line.
    [[nodiscard]] std::string receiveHead();
    /// One answer, as a client reads it that sent `method`; an interim answer is an answer.
    [[nodiscard]] Response receiveResponse(std::string_view method = "GET");
    /// What comes next, at least a byte; empty when the peer has ended.
    [[nodiscard]] std::string receiveSome();
    /// What came together with what was taken last; may be empty. Waits for nothing.
    [[nodiscard]] std::string takeReceived() { return take(received_.size()); }
    /// All up to the orderly end; throws on a reset.
    [[nodiscard]] std::string receiveToEnd();
    [[nodiscard]] Remainder receiveRemainder();
    /// Reads and forgets until the peer's end.
    [[nodiscard]] End awaitEnd();
    /// True if neither a byte nor an end came within `time`. Bytes that came are kept.
    [[nodiscard]] bool staysSilent(std::chrono::milliseconds time);

    void halfClose();
    void reset();
    void close();
    /// Asks for a small receive buffer, so that a peer meets backpressure early.
    void narrowReceiveBuffer();
    [[nodiscard]] std::uint16_t localPort() const;
    [[nodiscard]] std::uint16_t peerPort() const;
    [[nodiscard]] int descriptor() const { return descriptor_; }

private:
    using Clock = std::chrono::steady_clock;
    enum class Read : std::uint8_t { Some, Ended, Reset, Late };
    Read readMore(Clock::time_point deadline);
    void requireMore(std::string_view awaited);
    std::string take(std::size_t count);

    int descriptor_ = -1;
    std::string received_; ///< read from the kernel, not yet handed to the test
};

class RawClient : public RawConnection {
public:
    explicit RawClient(std::uint16_t port, const std::string& address = "127.0.0.1");
};

/// Returns when nobody listens there any more; throws Unexpected if that does not come.
void awaitRefusal(std::uint16_t port, const std::string& address = "127.0.0.1");

/// A connected descriptor to an address and port; throws Unexpected.
[[nodiscard]] int connectedDescriptor(const std::string& address, std::uint16_t port);

} // namespace sallyport::test
