// Dialer: connects to one of several addresses (Happy Eyeballs, RFC 8305 §5).
//
// Addresses are tried in the order given, families alternating; the next starts when one fails or
// after the attempt delay, and the first to connect wins. Dials only what it is handed: who may be
// dialled was decided before.
#pragma once

#include "net/TcpStream.h"

#include <array>

namespace sallyport::net {

struct DialOptions {
    Duration attemptDelay = std::chrono::milliseconds(250);
    std::chrono::seconds keepAlive{
        60}; ///< TCP keep-alive: idle time before probes; zero turns them off
};

/// At most this many addresses of a name are tried.
inline constexpr std::size_t MaxDialAttempts = 8;

struct Dialled {
    Result<TcpStream> stream;
    std::uint16_t tries = 0; ///< addresses that were dialled
};

class DialAwaiter final : Timer {
public:
    DialAwaiter(EventLoop& loop, const DialOptions& options, std::span<const IpAddress> addresses,
                std::uint16_t port, TimePoint deadline);
    ~DialAwaiter();

    [[nodiscard]] bool await_ready();
    void await_suspend(std::coroutine_handle<> waiter) { waiter_ = waiter; }
    [[nodiscard]] Dialled await_resume()
    {
        return {.stream = std::move(result_), .tries = static_cast<std::uint16_t>(next_)};
    }

private:
    struct Attempt final : WriteWaiter {
        void onWritable() override { dial->onAttemptReady(*this); }
        void onWriteAborted() override {}

        DialAwaiter* dial = nullptr;
        TcpStream stream;
    };

    void onTimer() override;
    void onAttemptReady(Attempt& attempt);
    /// Starts attempts until one is under way or none is left.
    void startNext();
    [[nodiscard]] bool startAttempt(Attempt& attempt, const IpAddress& address);
    [[nodiscard]] bool anyUnderWay() const;
    void armTimer();
    void finish(Result<TcpStream> result);

    EventLoop& loop_;
    const DialOptions& options_;
    std::array<IpAddress, MaxDialAttempts> addresses_;
    std::size_t count_ = 0;
    std::size_t next_ = 0;
    std::uint16_t port_;
    TimePoint deadline_;
    std::array<Attempt, MaxDialAttempts> attempts_;
    Error lastError_;
    Result<TcpStream> result_;
    bool finished_ = false;
    std::coroutine_handle<> waiter_;
};

class Dialer {
public:
    Dialer(EventLoop& loop, DialOptions options) : loop_(loop), options_(options) {}

    /// Fails with Refused, Unreachable, TimedOut, NoResources or Failed, side Upstream
    /// (NoResources: Ourselves).
    [[nodiscard]] DialAwaiter dial(std::span<const IpAddress> addresses, std::uint16_t port,
                                   TimePoint deadline)
    {
        return {loop_, options_, addresses, port, deadline};
    }

private:
    EventLoop& loop_;
    DialOptions options_;
};

} // namespace sallyport::net
