// Relay: an established tunnel: bytes both ways until both directions have ended.
//
// Plain data while nothing moves: two streams, two pumps, a timer; no coroutine frame, no buffer,
// no pipe. Each direction ends on its own and what was read is delivered first (RFC 9110 §9.3.6); a
// reset on one side becomes a reset on the other.
#pragma once

#include "net/Pump.h"
#include "net/TcpStream.h"

namespace sallyport::net {

struct RelayResult {
    enum class Reason : std::uint8_t { Done, Reset, Idle, Ended };
    Reason reason = Reason::Done;
    Side by = Side::Ourselves; ///< who ended first, or whose connection was reset
};

class Relay final : Pump::Owner, Timer {
public:
    class Owner {
    public:
        /// The relay's last act; both streams are closed. The owner may destroy it here.
        virtual void onRelayEnd(const RelayResult& result) = 0;

    protected:
        ~Owner() = default;
    };

    /// `idleLimit`: how long no byte may move in either direction; zero means for ever.
    Relay(TcpStream client, TcpStream upstream, Duration idleLimit, Owner& owner);

    /// Never ends inside this call.
    void start();
    /// Closes both streams now; the owner is told with Reason::Ended.
    void end();

    /// Client to upstream, and upstream to client.
    [[nodiscard]] const Pump& upload() const { return upload_; }
    [[nodiscard]] const Pump& download() const { return download_; }

private:
    void onPumpEnd(Pump& pump, Pump::End end) override;
    void onTimer() override;
    void finish(RelayResult result);

    TcpStream client_;
    TcpStream upstream_;
    Pump upload_;
    Pump download_;
    Duration idleLimit_;
    Owner& owner_;
    Side firstToEnd_ = Side::Ourselves;
};

} // namespace sallyport::net
