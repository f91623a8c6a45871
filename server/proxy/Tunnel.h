// Tunnel: a session whose bytes are relayed: owns both until the relay has ended, then writes the
// closing record.
#pragma once

#include "net/Relay.h"
#include "proxy/Session.h"

#include <list>
#include <memory>

namespace sallyport::proxy {

class Tunnel final : net::Relay::Owner {
public:
    using List = std::list<Tunnel>;

    Tunnel(Worker& worker, std::unique_ptr<Session> session, net::TcpStream client,
           net::TcpStream upstream, net::Duration idleLimit);

    void start(List::iterator self);
    /// Ends it now with this reason; it is gone afterwards.
    void end(audit::CloseBy by, audit::CloseReason reason);

private:
    void onRelayEnd(const net::RelayResult& result) override;

    Worker& worker_;
    std::unique_ptr<Session> session_;
    net::Relay relay_;
    List::iterator self_;
    audit::CloseBy endedBy_ = audit::CloseBy::None;
    audit::CloseReason endReason_ = audit::CloseReason::None;
};

} // namespace sallyport::proxy
