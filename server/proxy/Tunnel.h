// Tunnel: a session whose bytes are relayed: owns both until the relay has ended, then writes the
// closing record.
//
// While the verdict waits for the client's first bytes they are read here, and nothing of the
// client's goes upstream; otherwise a tap looks at them as they pass. What a session may take is
// what the policy's limits say.
#pragma once

#include "net/Relay.h"
#include "proxy/FirstBytes.h"
#include "proxy/Session.h"
#include "proxy/TunnelTap.h"

#include <list>
#include <memory>
#include <string_view>

namespace sallyport::proxy {

class Tunnel final : net::Relay::Owner,
                     net::Pump::Tap,
                     FirstBytes::Owner,
                     TunnelTap::Owner,
                     Carrier {
public:
    using List = std::list<Tunnel>;

    Tunnel(Worker& worker, std::unique_ptr<Session> session, net::TcpStream client,
           net::TcpStream upstream);

    /// What came on both sides before the relay; copied.
    struct Early {
        std::string_view fromClient;   ///< behind its request
        std::string_view fromUpstream; ///< behind its answer
    };
    /// A policy that has come since the session was decided may end it inside this call; it is gone
    /// then.
    void start(List::iterator self, const Early& early);
    [[nodiscard]] Session& session() { return *session_; }

private:
    /// It is gone afterwards.
    void stopCarrying() override { relay_.end(); }
    void onLimitsChanged() override { applyLimits(); }
    [[nodiscard]] audit::ByteCounts carried() const override;
    [[nodiscard]] audit::Silence silence(audit::AuditTime now) const override;
    void reportInside() override;
    void onFirstBytes(FirstBytes::End end) override;
    void onRelayEnd(const net::RelayResult& result) override;
    // As long as nothing came, it stands in for the tap: most of a tunnel's life is silence.
    Look onBytes(const net::Pump& pump, std::span<const char> bytes) override;
    void onSent(const net::Pump&, std::span<const char>) override {}
    std::span<const char> lastWords(const net::Pump&) override { return {}; }
    void onTapLeft() override;
    void onUpstreamSpoke() override { session_->upstreamSpoke(); }
    void onRead(net::Side from, std::size_t bytes) override;
    void onSlow(std::uint64_t bytesPerSecond) override;
    void onMayGo(std::uint64_t upTo) override { relay_.letUploadGo(upTo); }
    void onTapDone() override;
    void readFirstBytes(std::string_view early);
    void judgeFirstBytes();
    void letFlow(std::string_view early);
    void applyLimits();
    [[nodiscard]] SessionEnd endOf(const net::RelayResult& result);
    [[nodiscard]] SessionEnd endOfReset(net::Side by) const;
    TunnelTap& makeTap();
    void dropTap();

    Worker& worker_;
    std::unique_ptr<Session> session_;
    net::Relay relay_;
    std::unique_ptr<FirstBytes> firstBytes_; ///< while they are awaited
    std::unique_ptr<TunnelTap> tap_;         ///< while there is something to see
    std::uint64_t slowBytesPerSecond_ = net::Pump::Unlimited;
    List::iterator self_;
};

} // namespace sallyport::proxy
