// FirstBytes: what a client sends first through its tunnel, read while the verdict waits for it.
//
// Reads until it is clear whether that is a ClientHello and what it says, or until it is too much
// or takes too long; the time counts from the first byte. What was read stays here until the owner
// passes it on or ends the tunnel. Knows neither the session nor the policy.
#pragma once

#include "net/Channel.h"
#include "policy/Facts.h"
#include "proxy/Inbox.h"
#include "tls/ClientHello.h"

#include <string_view>

namespace sallyport::proxy {

class FirstBytes final : net::ReadWaiter, net::Timer {
public:
    enum class End : std::uint8_t {
        Known, ///< content() and hello() say what there is
        Late,  ///< a ClientHello was not complete in time
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
        net::Duration time;
    };

    FirstBytes(net::Channel& client, net::BufferPool& buffers, const Limits& limits, Owner& owner);
    ~FirstBytes() override { leave(); }

    /// `early` came before, and fits into a block. Never ends inside this call.
    void start(std::string_view early);

    [[nodiscard]] std::string_view bytes() const { return inbox_.bytes(); }
    /// Tls or Unknown.
    [[nodiscard]] policy::Protocol content() const { return content_; }
    [[nodiscard]] tls::ClientHello& hello() { return hello_; }
    [[nodiscard]] End end() const { return end_; }

private:
    void onReadable() override;
    void onReadAborted() override { finish(End::Aborted); }
    void onTimer() override { finish(End::Late); }

    void added(std::size_t bytes);
    void finishAs(policy::Protocol content);
    void finish(End end);
    void leave();

    net::Channel& client_;
    Inbox inbox_;
    Limits limits_;
    Owner& owner_;
    tls::ClientHello hello_;
    policy::Protocol content_ = policy::Protocol::Unknown;
    End end_ = End::Aborted;
    enum class Stage : std::uint8_t { Reading, Ended } stage_ = Stage::Reading;
};

} // namespace sallyport::proxy
