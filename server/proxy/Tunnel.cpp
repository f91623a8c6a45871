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

void Tunnel::onRead(net::Side from, std::size_t bytes)
{
    auto& counters = worker_.counters();
    (from == net::Side::Client ? counters.bytesFromClients : counters.bytesFromUpstreams) += bytes;
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

audit::ByteCounts Tunnel::carried() const
{
    audit::ByteCounts moved{.clientToProxy = relay_.upload().bytesRead(),
                            .proxyToUpstream = relay_.upload().bytesWritten(),
                            .upstreamToProxy = relay_.download().bytesRead(),
                            .proxyToClient = relay_.download().bytesWritten()};
    if (firstBytes_)
        moved.clientToProxy += firstBytes_->bytes().size();
    return moved;
}

audit::Silence Tunnel::silence(audit::AuditTime now) const
{
    using std::chrono::floor;
    using std::chrono::microseconds;
    const auto onTheWall = [&](net::TimePoint then) {
        return now - floor<microseconds>(worker_.loop().now() - then);
    };
    const auto seen = relay_.silence(worker_.loop().now());
    audit::Silence silence;
    silence.longest = floor<microseconds>(seen.longest);
    if (seen.lastFromUpstream)
        silence.lastFromUpstream = onTheWall(*seen.lastFromUpstream);
    if (seen.lastFromClient)
        silence.lastFromClient = onTheWall(*seen.lastFromClient);
    else if (firstBytes_ && !firstBytes_->bytes().empty())
        silence.lastFromClient = onTheWall(firstBytes_->lastRead());
    return silence;
}

void Tunnel::reportInside()
{
    if (tap_)
        tap_->reportCounts();
}

void Tunnel::onRelayEnd(const net::RelayResult& result)
{
    if (tap_)
        tap_->report();
    auto end = endOf(result);
    end.tcpClient = result.client;
    end.tcpUpstream = result.upstream;
    session_->closed(end);
    worker_.forgetTunnel(self_);
}

SessionEnd Tunnel::endOf(const net::RelayResult& result)
{
    using Reason = net::RelayResult::Reason;
    switch (result.reason) {
    case Reason::Done:
        return {.by = byOf(result.by), .reason = CloseReason::Done};
    case Reason::Reset:
        return endOfReset(result.by);
    case Reason::Idle:
        if (const auto& own = session_->limits().idle)
            return {.by = CloseBy::Policy,
                    .reason = CloseReason::IdleTimeout,
                    .expired = {"limits.idle", *own}};
        return {.by = CloseBy::Proxy,
                .reason = CloseReason::IdleTimeout,
                .expired = {"tunnel-idle", worker_.options().timeouts.tunnelIdle}};
    case Reason::TimeUp:
        return {.by = CloseBy::Policy,
                .reason = CloseReason::DurationLimit,
                .expired = {"limits.duration", session_->limits().duration.value_or(
                                                   std::chrono::milliseconds::zero())}};
    case Reason::BudgetSpent:
        return {.by = CloseBy::Policy, .reason = CloseReason::ByteLimit};
    case Reason::Cut:
        if (result.lastWords == net::RelayResult::LastWords::Said)
            session_->inspectionResult().injected = true;
        return {.by = CloseBy::Policy,
                .reason = tap_->cutBy() == TunnelTap::CutBy::Check ? CloseReason::Cut
                                                                   : CloseReason::Denied};
    case Reason::Ended:
        break; // but for who ended the session
    }
    return {.by = CloseBy::Proxy, .reason = CloseReason::Internal};
}

SessionEnd Tunnel::endOfReset(net::Side by) const
{
    switch (by) {
    case net::Side::Client:
        return {.by = CloseBy::Client, .reason = CloseReason::ClientReset};
    case net::Side::Upstream:
        return {.by = CloseBy::Upstream, .reason = CloseReason::UpstreamReset};
    case net::Side::Ourselves:
        break;
    }
    if (firstBytes_->end() == FirstBytes::End::Late)
        return {.by = CloseBy::Proxy,
                .reason = CloseReason::HeadTimeout,
                .expired = {"head-timeout", firstBytes_->limits().time}};
    return {.by = CloseBy::Policy, .reason = CloseReason::Denied};
}

} // namespace sallyport::proxy
