// Tunnel: a session whose bytes are relayed: owns both until the relay has ended, then writes the
// closing record.
//
// While the verdict waits for the client's first bytes they are read here, and nothing of the
// client's goes upstream. What a session may take is what the policy's limits say.
#pragma once

#include "net/Relay.h"
#include "proxy/FirstBytes.h"
#include "proxy/Session.h"

#include <list>
#include <memory>
#include <string_view>

namespace sallyport::proxy {

class Tunnel final : net::Relay::Owner, FirstBytes::Owner, Carrier {
public:
    using List = std::list<Tunnel>;

    Tunnel(Worker& worker, std::unique_ptr<Session> session, net::TcpStream client,
           net::TcpStream upstream);

    /// `early`: what the client sent behind its request. A policy that has come since the session was
    /// decided may end it inside this call; it is gone then.
    void start(List::iterator self, std::string_view early);
    [[nodiscard]] Session& session() { return *session_; }

private:
    /// It is gone afterwards.
    void stopCarrying() override { relay_.end(); }
    void onLimitsChanged() override { applyLimits(); }
    void onFirstBytes(FirstBytes::End end) override;
    void onRelayEnd(const net::RelayResult& result) override;
    void readFirstBytes(std::string_view early);
    void judgeFirstBytes();
    void letFlow(std::string_view early);
    void applyLimits();
    void closeReset(net::Side by);

    Worker& worker_;
    std::unique_ptr<Session> session_;
    net::Relay relay_;
    std::unique_ptr<FirstBytes> firstBytes_; ///< while they are awaited
    List::iterator self_;
};

} // namespace sallyport::proxy
