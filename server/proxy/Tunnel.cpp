#include "proxy/Tunnel.h"

#include "proxy/Worker.h"

#include <utility>

namespace sallyport::proxy {

using audit::CloseBy;
using audit::CloseReason;

namespace {

CloseBy byOf(net::Side side)
{
    switch (side) {
    case net::Side::Client:
        return CloseBy::Client;
    case net::Side::Upstream:
        return CloseBy::Upstream;
    case net::Side::Ourselves:
        break;
    }
    return CloseBy::Proxy;
}

} // namespace

Tunnel::Tunnel(Worker& worker, std::unique_ptr<Session> session, net::TcpStream client,
               net::TcpStream upstream, net::Duration idleLimit)
    : worker_(worker), session_(std::move(session)),
      relay_(std::move(client), std::move(upstream), *this)
{
    net::RelayLimits limits;
    limits.idle = idleLimit;
    relay_.limit(limits);
}

void Tunnel::start(List::iterator self)
{
    self_ = self;
    relay_.start();
}

void Tunnel::end(CloseBy by, CloseReason reason)
{
    endedBy_ = by;
    endReason_ = reason;
    relay_.end();
}

void Tunnel::onRelayEnd(const net::RelayResult& result)
{
    auto& bytes = session_->bytes;
    bytes.clientToProxy += relay_.upload().bytesRead();
    bytes.proxyToUpstream += relay_.upload().bytesWritten();
    bytes.upstreamToProxy += relay_.download().bytesRead();
    bytes.proxyToClient += relay_.download().bytesWritten();

    switch (result.reason) {
    case net::RelayResult::Reason::Done:
        session_->closed(byOf(result.by), CloseReason::Done);
        break;
    case net::RelayResult::Reason::Reset:
        session_->closed(byOf(result.by), result.by == net::Side::Client
                                              ? CloseReason::ClientReset
                                              : CloseReason::UpstreamReset);
        break;
    case net::RelayResult::Reason::Idle:
        session_->closed(CloseBy::Proxy, CloseReason::IdleTimeout, "tunnel-idle");
        break;
    case net::RelayResult::Reason::TimeUp:
    case net::RelayResult::Reason::BudgetSpent:
    case net::RelayResult::Reason::Ended:
        session_->closed(endedBy_, endReason_);
        break;
    }
    worker_.forgetTunnel(self_);
}

} // namespace sallyport::proxy
