// Channel: one registered socket, its readiness, and the two parties that may wait for it: one
// reader, one writer.
//
// Owns the descriptor through POCO's socket. Non-blocking; results are byte counts or an errno
// turned into an Error. Knows nothing of coroutines: TcpStream's awaiters and Pump sit on top of
// it.
#pragma once

#include "net/EventLoop.h"
#include "net/IpAddress.h"
#include "net/Result.h"

#include <Poco/Net/StreamSocket.h>

#include <cstdint>
#include <optional>
#include <span>

namespace sallyport::net {

/// What the kernel knows of a connection (TCP_INFO).
struct TcpFigures {
    std::uint32_t rttMicroseconds = 0; ///< smoothed
    std::uint32_t retransmits = 0;     ///< segments, over the connection's life
};

/// Waits on one side of a channel. Called from inside the loop; may end by destroying the channel's
/// owner.
class ReadWaiter {
public:
    virtual void onReadable() = 0;
    virtual void onReadAborted() = 0;

protected:
    ~ReadWaiter() = default;
};

class WriteWaiter {
public:
    virtual void onWritable() = 0;
    virtual void onWriteAborted() = 0;

protected:
    ~WriteWaiter() = default;
};

class Channel final : public EventHandler {
public:
    /// Adopts a connected (or connecting) non-blocking socket. Not registered yet.
    Channel(EventLoop& loop, int descriptor, const Endpoint& peer, Side side);
    ~Channel() override;

    /// False when the kernel has no room to watch one more descriptor.
    [[nodiscard]] bool watch();
    /// For an accepted socket: its first write need not wait for the first event.
    void assumeWritable() { writable_ = true; }

    struct Transferred {
        enum class Outcome : std::uint8_t { Some, WouldBlock, End, Reset, Failed };
        Outcome outcome = Outcome::WouldBlock;
        std::size_t bytes = 0;
        int error = 0;
    };

    /// Reads what is there; End when the peer ended its direction.
    Transferred receive(std::span<char> into);
    /// Writes what fits, head first, then body.
    Transferred send(std::span<const char> head, std::span<const char> body = {});
    /// Moves at most `limit` bytes from the socket into a pipe, or from a pipe to the socket.
    Transferred spliceTo(int pipe, std::size_t limit);
    Transferred spliceFrom(int pipe, std::size_t limit);

    void shutdownWrite();
    /// Closes at once; the channel itself may live on until the end of the turn.
    void closeDescriptor();
    /// The peer will see a reset instead of an orderly end when the channel is closed.
    void resetOnClose();
    /// The error of a connection attempt; 0 when it succeeded.
    [[nodiscard]] int connectError();

    /// What the last event said and no call has disproved since.
    [[nodiscard]] bool mayRead() const { return readable_; }
    [[nodiscard]] bool mayWrite() const { return writable_; }
    [[nodiscard]] bool hungUp() const { return hungUp_; }
    [[nodiscard]] bool failed() const { return failed_; }

    void setReader(ReadWaiter* reader) { reader_ = reader; }
    void setWriter(WriteWaiter* writer) { writer_ = writer; }

    /// Whoever waits, now or later, is told that the channel was aborted. Idempotent.
    void abort();
    /// Only the reading side.
    void abortRead();
    /// Takes abortRead() back.
    void allowRead() { readAborted_ = false; }
    [[nodiscard]] bool readAborted() const { return readAborted_; }
    [[nodiscard]] bool writeAborted() const { return writeAborted_; }

    [[nodiscard]] EventLoop& loop() const { return loop_; }
    [[nodiscard]] const Endpoint& peer() const { return peer_; }
    [[nodiscard]] Side side() const { return side_; }
    [[nodiscard]] int descriptor() const;
    /// One system call, like tcpFigures().
    [[nodiscard]] Endpoint local() const;
    /// Until the descriptor is closed, also behind a reset; missing when the kernel says nothing.
    [[nodiscard]] std::optional<TcpFigures> tcpFigures() const;

    void onEvent(Readiness ready) override;

private:
    [[nodiscard]] Transferred failure(int error);

    EventLoop& loop_;
    Poco::Net::StreamSocket socket_;
    ReadWaiter* reader_ = nullptr;
    WriteWaiter* writer_ = nullptr;
    Endpoint peer_;
    Side side_;
    bool readable_ = false;
    bool writable_ = false;
    bool hungUp_ = false;
    bool failed_ = false;
    bool readAborted_ = false;
    bool writeAborted_ = false;
};

/// The Error for an errno; `detail` says what was being done.
[[nodiscard]] Error errorFrom(int errorNumber, Side side, std::string_view doing);

} // namespace sallyport::net
