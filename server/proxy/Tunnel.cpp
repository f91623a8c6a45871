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

void Tunnel::start(List::iterator self, const Early& early)
{
    self_ = self;
    session_->carriedBy(this);
    const bool tunnel = session_->protocol() == policy::Protocol::Connect;
    if (!tunnel)
        session_->allKnown();
    if (&session_->decidedBy() != worker_.policy().get() &&
        worker_.sessions().review(*session_) == LiveSessions::Effect::Ended)
        return;
    if (tunnel) {
        net::Pump::Tap& untilItSpeaks = *this;
        relay_.setTap(&untilItSpeaks);
    } else {
        makeTap().watchWebSocket();
        if (tap_->isDone())
            dropTap();
    }
    applyLimits();
    relay_.start(net::Relay::Upload::Held, early.fromUpstream);
    if (tap_ && tap_->cutBy() != TunnelTap::CutBy::Nobody)
        relay_.cut();
    else if (session_->awaitsFirstBytes())
        readFirstBytes(early.fromClient);
    else
        letFlow(early.fromClient);
}

void Tunnel::letFlow(std::string_view early)
{
    session_->allKnown();
    relay_.release(early);
}

void Tunnel::readFirstBytes(std::string_view early)
{
    const ProxyOptions& options = worker_.options();
    const FirstBytes::Limits limits{
        .bytes = options.firstBytes, .head = options.head, .time = options.timeouts.head};
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
    limits.bytesPerSecond = slowBytesPerSecond_;
    if (own.bytesPerSecond)
        limits.bytesPerSecond = std::min(limits.bytesPerSecond, *own.bytesPerSecond);
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
    Opening& opening = firstBytes_->opening();
    session_->sawOpening(opening);
    const auto& verdict = session_->decide(policy::Stage::FirstBytes);
    // Without a handshake going upstream there is no answer that the verdict may wait for.
    const bool waits = verdict.answer == policy::Answer::Undecided &&
                       opening.content == policy::Protocol::WebSocket;
    if (verdict.answer != policy::Answer::Allow && !waits) {
        // The client had its answer long ago: a reset is what is left to say no.
        relay_.reset(net::Side::Ourselves);
        return;
    }
    if (!tap_)
        makeTap().awaitOpening();
    tap_->awaitAnswer(std::move(opening));
    applyLimits();
    letFlow(firstBytes_->bytes());
    firstBytes_.reset();
}

TunnelTap& Tunnel::makeTap()
{
    TunnelTap::Owner& owner = *this;
    tap_ = std::make_unique<TunnelTap>(worker_, *session_, relay_, owner);
    relay_.setTap(tap_.get());
    return *tap_;
}

net::Pump::Tap::Look Tunnel::onBytes(const net::Pump& pump, std::span<const char> bytes)
{
    makeTap().awaitOpening();
    net::Pump::Tap& seeing = *tap_;
    return seeing.onBytes(pump, bytes);
}

void Tunnel::onTapLeft()
{
    if (tap_ && tap_->isDone())
        dropTap();
}

void Tunnel::onTapDone()
{
    if (tap_->isDone())
        dropTap();
}

void Tunnel::dropTap()
{
    relay_.setTap(nullptr);
    tap_.reset();
}

void Tunnel::onSlow(std::uint64_t bytesPerSecond)
{
    slowBytesPerSecond_ = std::min(slowBytesPerSecond_, bytesPerSecond);
    applyLimits();
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
    if (tap_)
        tap_->report();

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
    case Reason::Cut:
        closeCut(result);
        break;
    case Reason::Ended:
        session_->closed(CloseBy::Proxy, CloseReason::Internal); // but for who ended the session
        break;
    }
    worker_.forgetTunnel(self_);
}

void Tunnel::closeCut(const net::RelayResult& result)
{
    if (result.lastWords == net::RelayResult::LastWords::Said)
        session_->inspectionResult().injected = true;
    session_->closed(CloseBy::Policy, tap_->cutBy() == TunnelTap::CutBy::Check
                                          ? CloseReason::Cut
                                          : CloseReason::Denied);
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
