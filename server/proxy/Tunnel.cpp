#include "proxy/Tunnel.h"

#include "proxy/Worker.h"

#include <algorithm>
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
               net::TcpStream upstream)
    : worker_(worker), session_(std::move(session)),
      relay_(std::move(client), std::move(upstream), *this)
{}

void Tunnel::start(List::iterator self, std::string_view early)
{
    self_ = self;
    session_->carriedBy(this);
    if (session_->protocol() != policy::Protocol::Connect)
        session_->allKnown();
    if (&session_->decidedBy() != worker_.policy().get() &&
        worker_.sessions().review(*session_) == LiveSessions::Effect::Ended)
        return;
    applyLimits();
    relay_.start(net::Relay::Upload::Held);
    if (session_->awaitsFirstBytes())
        readFirstBytes(early);
    else
        letFlow(early);
}

void Tunnel::letFlow(std::string_view early)
{
    session_->allKnown();
    relay_.release(early);
}

void Tunnel::readFirstBytes(std::string_view early)
{
    const ProxyOptions& options = worker_.options();
    const FirstBytes::Limits limits{.bytes = options.firstBytes, .time = options.timeouts.head};
    FirstBytes::Owner& owner = *this;
    firstBytes_ = std::make_unique<FirstBytes>(relay_.client(), worker_.buffers(), limits, owner);
    firstBytes_->start(early);
}

void Tunnel::applyLimits()
{
    const policy::SessionLimits& own = session_->limits();
    net::RelayLimits limits;
    limits.idle = own.idle ? *own.idle : worker_.options().timeouts.tunnelIdle;
    if (own.duration)
        limits.until = worker_.loop().now() +
                       (*own.duration - std::min<net::Duration>(*own.duration, session_->age()));
    if (own.bytes) {
        const std::uint64_t before =
            session_->bytes.clientToProxy + session_->bytes.upstreamToProxy;
        limits.bytes = *own.bytes - std::min(*own.bytes, before);
    }
    if (own.bytesPerSecond)
        limits.bytesPerSecond = *own.bytesPerSecond;
    relay_.limit(limits);
}

void Tunnel::onFirstBytes(FirstBytes::End end)
{
    switch (end) {
    case FirstBytes::End::Known:
        judgeFirstBytes();
        return;
    case FirstBytes::End::Late:
        relay_.reset(net::Side::Ourselves);
        return;
    case FirstBytes::End::Reset:
        relay_.reset(net::Side::Client);
        return;
    case FirstBytes::End::Aborted:
        relay_.end();
        return;
    }
}

void Tunnel::judgeFirstBytes()
{
    tls::ClientHello& hello = firstBytes_->hello();
    session_->sawFirstBytes(firstBytes_->content(), hello.sni, std::move(hello.alpn));
    const auto& verdict = session_->decide(policy::Stage::FirstBytes);
    if (verdict.answer != policy::Answer::Allow) {
        // The client had its answer long ago: a reset is what is left to say no.
        relay_.reset(net::Side::Ourselves);
        return;
    }
    applyLimits();
    letFlow(firstBytes_->bytes());
    firstBytes_.reset();
}

void Tunnel::onRelayEnd(const net::RelayResult& result)
{
    using Reason = net::RelayResult::Reason;
    auto& bytes = session_->bytes;
    bytes.clientToProxy += relay_.upload().bytesRead();
    bytes.proxyToUpstream += relay_.upload().bytesWritten();
    bytes.upstreamToProxy += relay_.download().bytesRead();
    bytes.proxyToClient += relay_.download().bytesWritten();
    if (firstBytes_)
        bytes.clientToProxy += firstBytes_->bytes().size();

    switch (result.reason) {
    case Reason::Done:
        session_->closed(byOf(result.by), CloseReason::Done);
        break;
    case Reason::Reset:
        closeReset(result.by);
        break;
    case Reason::Idle:
        if (session_->limits().idle)
            session_->closed(CloseBy::Policy, CloseReason::IdleTimeout, "limits.idle");
        else
            session_->closed(CloseBy::Proxy, CloseReason::IdleTimeout, "tunnel-idle");
        break;
    case Reason::TimeUp:
        session_->closed(CloseBy::Policy, CloseReason::DurationLimit, "limits.duration");
        break;
    case Reason::BudgetSpent:
        session_->closed(CloseBy::Policy, CloseReason::ByteLimit);
        break;
    case Reason::Ended:
        session_->closed(CloseBy::Proxy, CloseReason::Internal); // but for who ended the session
        break;
    }
    worker_.forgetTunnel(self_);
}

void Tunnel::closeReset(net::Side by)
{
    switch (by) {
    case net::Side::Client:
        session_->closed(CloseBy::Client, CloseReason::ClientReset);
        return;
    case net::Side::Upstream:
        session_->closed(CloseBy::Upstream, CloseReason::UpstreamReset);
        return;
    case net::Side::Ourselves:
        if (firstBytes_->end() == FirstBytes::End::Late)
            session_->closed(CloseBy::Proxy, CloseReason::HeadTimeout, "head-timeout");
        else
            session_->closed(CloseBy::Policy, CloseReason::Denied);
        return;
    }
}

} // namespace sallyport::proxy
