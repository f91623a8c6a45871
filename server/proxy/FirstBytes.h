// FirstBytes: what a client sends first through its tunnel, read while the verdict waits for it.
//
// Reads until it is clear what that is, or until it is too much or takes too long; the time counts
// from the first byte. What was read stays here until the owner passes it on or ends the tunnel.
// Knows neither the session nor the policy.
#pragma once

#include "net/Channel.h"
#include "proxy/Inbox.h"
#include "proxy/Opening.h"

#include <string_view>

namespace sallyport::proxy {

class FirstBytes final : net::ReadWaiter, net::Timer {
public:
    enum class End : std::uint8_t {
        Known, ///< opening() says what there is
        Late,  ///< what began as TLS or a request was not complete in time
        Reset, ///< the client's connection
        Aborted,
    };

    class Owner {
    public:
        /// The last act; the owner may destroy it here.
        virtual void onFirstBytes(End end) = 0;

    protected:
        ~Owner() = default;
    };

    struct Limits {
        std::size_t bytes; ///< at most a block of the pool
        http::HeadLimits head;
        net::Duration time;
    };

    FirstBytes(net::Channel& client, net::BufferPool& buffers, const Limits& limits, Owner& owner);
    ~FirstBytes() override { leave(); }

    /// `early` came before, and fits into a block. Never ends inside this call.
    void start(std::string_view early);

    [[nodiscard]] std::string_view bytes() const { return inbox_.bytes(); }
    [[nodiscard]] Opening& opening() { return opening_; }
    [[nodiscard]] End end() const { return end_; }
    [[nodiscard]] const Limits& limits() const { return limits_; }
    /// When the last of bytes() came; early ones count from start().
    [[nodiscard]] net::TimePoint lastRead() const { return lastRead_; }

private:
    void onReadable() override;
    void onReadAborted() override { finish(End::Aborted); }
    void onTimer() override { finish(End::Late); }

    void added(std::size_t bytes);
    void finish(End end);
    void leave();

    net::Channel& client_;
    Inbox inbox_;
    Limits limits_;
    Owner& owner_;
    Opening opening_;
    net::TimePoint lastRead_;
    End end_ = End::Aborted;
    enum class Stage : std::uint8_t { Reading, Ended } stage_ = Stage::Reading;
};

} // namespace sallyport::proxy
