// Relay: an established tunnel: bytes both ways until both directions have ended.
//
// Plain data while nothing moves: two streams, two pumps, a timer; no coroutine frame, no buffer,
// no pipe. Each direction ends on its own and what was read is delivered first (RFC 9110 §9.3.6); a
// reset on one side becomes a reset on the other. The upload may be held at first, while somebody
// else reads what the client sends.
#pragma once

#include "net/Pump.h"
#include "net/TcpStream.h"

#include <memory>
#include <optional>
#include <span>

namespace sallyport::net {

struct RelayLimits {
    /// How long no byte may move in either direction; zero means for ever.
    Duration idle = Duration::zero();
    TimePoint until = Never;
    /// In both directions together, those moved already included.
    std::uint64_t bytes = Pump::Unlimited;
    std::uint64_t bytesPerSecond = Pump::Unlimited; ///< in each direction
};

struct RelayResult {
    enum class Reason : std::uint8_t {
        Done,
        Reset,
        Idle,
        TimeUp,      ///< RelayLimits::until
        BudgetSpent, ///< RelayLimits::bytes were moved, and delivered
        Cut,         ///< the tap said so; both connections are reset, but for one with last words
        Ended
    };
    Reason reason = Reason::Done;
    Side by = Side::Ourselves; ///< who ended first, or whose connection was reset
    enum class LastWords : std::uint8_t { Unsaid, Said } lastWords = LastWords::Unsaid;
    std::optional<TcpFigures> client{}; ///< of that connection, right before it was closed
    std::optional<TcpFigures> upstream{};
};

/// Who was silent when.
struct RelaySilence {
    std::optional<TimePoint> lastFromClient; ///< its last byte; missing: none came
    std::optional<TimePoint> lastFromUpstream;
    Duration longest = Duration::zero(); ///< in both directions at once, up to now
};

class Relay final : Pump::Owner, Timer {
public:
    class Owner {
    public:
        /// The relay's last act; both streams are closed. The owner may destroy it here.
        virtual void onRelayEnd(const RelayResult& result) = 0;
        /// The tap has left one of the directions; it may be taken away here and destroyed.
        virtual void onTapLeft() {}
        /// The first byte from the upstream has come.
        virtual void onUpstreamSpoke() {}
        /// So many more bytes were read from that side. Must not end the relay.
        virtual void onRead(Side, std::size_t) {}

    protected:
        ~Owner() = default;
    };

    Relay(TcpStream client, TcpStream upstream, Owner& owner);
    ~Relay() override;

    /// Looks at both directions; before start(), or null at any time.
    void setTap(Pump::Tap* tap);
    /// For the tap: Pump::letGo() of the upload.
    void letUploadGo(std::uint64_t upTo) { upload_.letGo(upTo); }
    /// Replaces the limits there were; at first there are none.
    void limit(const RelayLimits& limits);

    enum class Upload : std::uint8_t {
        Flows,
        Held ///< nobody of the relay reads from the client until release()
    };
    /// `early` was read from the upstream before and goes first; copied. Never ends inside this
    /// call.
    void start(Upload upload = Upload::Flows, std::span<const char> early = {});
    /// Lets a held upload begin with `early`, which was read from the client meanwhile. Copies it;
    /// never ends inside this call.
    void release(std::span<const char> early);
    /// The client's side, for the one who reads it while the upload is held.
    [[nodiscard]] Channel& client() const { return client_.channel(); }

    /// Closes both streams now; the owner is told with Reason::Ended.
    void end();
    /// Likewise, but with resets on both sides; the owner is told with Reason::Reset by `by`.
    void reset(Side by);
    /// As if the tap had said so.
    void cut();

    /// Client to upstream, and upstream to client.
    [[nodiscard]] const Pump& upload() const { return upload_; }
    [[nodiscard]] const Pump& download() const { return download_; }
    /// Up to `now`; also when it has ended. What was read from the client while the upload was held
    /// is not in it.
    [[nodiscard]] RelaySilence silence(TimePoint now) const;

private:
    class Limiter;

    void onPumpEnd(Pump& pump, Pump::End end) override;
    std::uint64_t grant(Pump& pump) override;
    void onTapLeft(Pump& pump) override;
    void onRead(Pump& pump, std::size_t bytes) override;
    void onTimer() override;
    void startIdleTimer();
    void callPumps();
    void finish(RelayResult result);
    void closeCut(RelayResult& result);

    TcpStream client_;
    TcpStream upstream_;
    Pump upload_;
    Pump download_;
    TimePoint lastFromClient_; ///< before the first byte: when it began
    TimePoint lastFromUpstream_;
    Duration longestSilence_ = Duration::zero(); ///< up to the last byte
    Duration idleLimit_ = Duration::zero();
    Owner& owner_;
    Pump::Tap* tap_ = nullptr;
    std::unique_ptr<Limiter> limiter_; ///< of all but the idle limit; null while there are none
    Side firstToEnd_ = Side::Ourselves;
};

} // namespace sallyport::net
