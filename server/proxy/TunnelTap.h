// TunnelTap: what passes through a tunnel, looked at on the way: what the client says first, what
// the server answers to that, and, of a WebSocket that is to be observed, every frame.
//
// Passive unless the policy wants more: nothing waits for it but what a profile holds, and a 101
// that the verdict depends on. Leaves the tunnel when there is nothing more to see. Bounded in
// bytes and in time.
#pragma once

#include "net/Relay.h"
#include "proxy/Insight.h"
#include "proxy/Opening.h"
#include "proxy/StreamDigester.h"
#include "tls/ServerFlight.h"
#include "websocket/MessageTap.h"

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace sallyport::proxy {

class Session;
class Worker;

class TunnelTap final : public net::Pump::Tap, net::Timer, websocket::MessageTap::Owner {
public:
    class Owner {
    public:
        /// The profile wants no more than so many bytes a second. Must neither end the relay nor
        /// destroy the tap.
        virtual void onSlow(std::uint64_t bytesPerSecond) = 0;
        /// What was held back of the client's may go on up to that offset.
        virtual void onMayGo(std::uint64_t upTo) = 0;
        /// Time is up and nothing more will be seen; may destroy the tap.
        virtual void onTapDone() = 0;

    protected:
        ~Owner() = default;
    };

    /// All of these outlive it.
    TunnelTap(Worker& worker, Session& session, const net::Relay& relay, Owner& owner);
    ~TunnelTap();

    /// A tunnel; before its relay moves a byte.
    void awaitOpening();
    /// The tunnel's client has been heard by somebody else; before its upload moves a byte.
    void awaitAnswer(Opening opening);
    /// A WebSocket from its first frame on; before its relay moves a byte, or behind the 101 in it.
    void watchWebSocket();

    /// Whether it needs to see no more.
    [[nodiscard]] bool isDone() const { return stage_ == Stage::Done && !digester_; }
    /// Who wanted a cut: the policy's verdict, or a check of the profile.
    enum class CutBy : std::uint8_t { Nobody, Verdict, Check };
    [[nodiscard]] CutBy cutBy() const { return cutBy_; }
    /// Gives the session what it counted so far.
    void reportCounts();
    /// Likewise, and what can only be said when the relay has ended.
    void report();

private:
    using Direction = policy::inspection::Direction;
    enum class Stage : std::uint8_t { Opening, Answer, Frames, Done };

    /// What is needed until the frames begin.
    struct Beginning {
        std::string pieces;  ///< of what is not complete yet
        std::string request; ///< the head of the handshake whose answer is awaited
        std::string early;   ///< what the client sent behind it; too much is let go unread
    };

    Look onBytes(const net::Pump& pump, std::span<const char> bytes) override;
    void onSent(const net::Pump& pump, std::span<const char> bytes) override;
    std::span<const char> lastWords(const net::Pump& pump) override;
    void onTimer() override;
    void onFinding(const policy::inspection::Finding& finding) override;

    [[nodiscard]] Direction directionOf(const net::Pump& pump) const;
    [[nodiscard]] Look lookAt(Direction direction, std::uint64_t read, std::span<const char> bytes);
    [[nodiscard]] Look lookAtOpening(Direction direction, std::span<const char> bytes);
    [[nodiscard]] Look keepEarly(std::span<const char> bytes);
    [[nodiscard]] bool readEarly(std::string_view frames);
    [[nodiscard]] bool observes() const;
    [[nodiscard]] Look lookAtAnswer(std::span<const char> bytes);
    [[nodiscard]] Look lookAtFlight(std::string_view stream);
    [[nodiscard]] Look lookAtHandshake(std::string_view stream);
    [[nodiscard]] Look lookAtFrames(Direction direction, std::span<const char> bytes);
    [[nodiscard]] std::string_view gathered(std::span<const char> bytes);
    [[nodiscard]] Look askAgain(policy::Stage stage);
    [[nodiscard]] Look done();
    [[nodiscard]] Beginning& beginning();
    void beginAnswer(Opening opening);
    void beginDigests();

    Worker& worker_;
    Session& session_;
    const net::Relay& relay_;
    Owner& owner_;
    Stage stage_ = Stage::Done;
    CutBy cutBy_ = CutBy::Nobody;
    enum class Answer : std::uint8_t { TlsFlight, Handshake } awaited_ = Answer::TlsFlight;
    enum class Verdict : std::uint8_t { Settled, Pending } verdict_ = Verdict::Settled;
    bool serverSpoke_ = false; ///< before the client did
    enum class Early : std::uint8_t { Kept, Unread } early_ = Early::Kept;
    std::unique_ptr<Beginning> beginning_;
    policy::inspection::PerDirection<std::uint64_t> framesFrom_{}; ///< offsets in the stream
    Inspection inspection_; ///< of the policy whose profile is applied
    std::unique_ptr<websocket::MessageTap> messages_;
    std::unique_ptr<StreamDigester> digester_;
};

} // namespace sallyport::proxy
