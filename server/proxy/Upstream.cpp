#include "proxy/Upstream.h"

#include "proxy/Worker.h"

#include <algorithm>
#include <chrono>
#include <span>
#include <utility>

namespace sallyport::proxy {

namespace {

using net::Addresses;
using net::IpAddress;

std::chrono::microseconds since(net::TimePoint begun, const net::EventLoop& loop)
{
    return std::chrono::floor<std::chrono::microseconds>(loop.now() - begun);
}

void noteAnswers(Session& session, const Addresses& addresses, std::chrono::microseconds time)
{
    Reached& reached = session.reached();
    reached.resolveTime = time;
    const auto count = std::min(addresses.size(), Reached::MostAnswers);
    reached.answers.reserve(count);
    for (const IpAddress& address : std::span(addresses).first(count))
        reached.answers.push_back(address.bytes());
}

/// The addresses of the session's host; a literal is its own.
net::Task<net::Result<Addresses>> addressesOf(Exchange& exchange)
{
    Session& session = *exchange.session;
    const std::string& host = session.host();
    if (const auto literal = IpAddress::parse(host))
        co_return Addresses{*literal};
    auto& resolver = exchange.worker.resolver();
    if (const Addresses* known = resolver.cached(host)) {
        noteAnswers(session, *known, std::chrono::microseconds::zero());
        co_return *known;
    }
    const auto& loop = exchange.worker.loop();
    const auto begun = loop.now();
    auto& counters = exchange.worker.counters();
    ++counters.namesAsked;
    auto resolved = co_await resolver.resolve(host, begun + exchange.options.timeouts.resolve);
    if (!resolved && resolved.error().kind != net::Error::Kind::NotFound)
        ++counters.namesFailed;
    if (resolved)
        noteAnswers(session, *resolved, since(begun, loop));
    else
        session.reached().resolveTime = since(begun, loop);
    co_return resolved;
}

/// Those of `addresses` that the policy lets this session reach, or why there are none.
std::expected<Addresses, Failure> permitted(Exchange& exchange, const Addresses& addresses)
{
    Session& session = *exchange.session;
    const auto& own = exchange.worker.ownEndpoints();
    Addresses allowed;
    bool ourselves = false;
    std::optional<Failure> firstRefusal;
    for (const IpAddress& address : addresses) {
        if (own.contains({address, session.port()})) {
            ourselves = true;
            continue;
        }
        if (permits(session, address))
            allowed.push_back(address);
        else if (!firstRefusal)
            firstRefusal = denied(session.verdict(), session.host(), &address);
    }
    if (!allowed.empty())
        return allowed;
    if (ourselves)
        return std::unexpected(loopDetected("The request is addressed to this proxy itself, which "
                                            "would carry it in a circle. Check the address, and "
                                            "the browser's proxy settings."));
    if (firstRefusal) {
        // The record speaks of the address that the answer names.
        (void)permits(session, addresses.front());
        return std::unexpected(std::move(*firstRefusal));
    }
    return std::unexpected(
        resolveFailed(net::Error{net::Error::Kind::NotFound, net::Side::Upstream, "no address"},
                      session.host(), exchange.options.timeouts.resolve));
}

} // namespace

bool permits(Session& session, const IpAddress& address)
{
    const auto& verdict = session.decide(policy::Stage::ResolvedAddress, address);
    if (verdict.answer == policy::Answer::Deny)
        return false;
    // A tunnel's first bytes and the answer to a handshake are still to come; of a plain request
    // nothing is.
    if (verdict.isSettled() || session.protocol() != policy::Protocol::Http)
        return true;
    return session.decide(policy::Stage::RunningSession).answer == policy::Answer::Allow;
}

net::Task<std::expected<net::TcpStream, Failure>> openUpstream(Exchange& exchange)
{
    Session& session = *exchange.session;
    const auto& timeouts = exchange.options.timeouts;
    session.reached() = {}; // of a kept connection that was given up
    auto addresses = co_await addressesOf(exchange);
    if (!addresses)
        co_return std::unexpected(
            resolveFailed(addresses.error(), session.host(), timeouts.resolve));

    auto allowed = permitted(exchange, *addresses);
    if (!allowed)
        co_return std::unexpected(std::move(allowed.error()));

    const auto& loop = exchange.worker.loop();
    const auto begun = loop.now();
    const auto deadline = begun + timeouts.connect;
    auto dialled = co_await exchange.worker.dialer().dial(*allowed, session.port(), deadline);
    auto& stream = dialled.stream;
    Reached& reached = session.reached();
    reached.tries = dialled.tries;
    reached.connectTime = since(begun, loop);
    exchange.worker.counters().dials.add(*reached.connectTime);
    if (!stream)
        co_return std::unexpected(connectFailed(stream.error(), session.host(), timeouts.connect));
    reached.egress = stream->channel().local();

    // The record names the address that answered, and a policy published meanwhile counts.
    if (!permits(session, stream->peer().address))
        co_return std::unexpected(
            denied(session.verdict(), session.host(), &stream->peer().address));
    co_return std::move(*stream);
}

} // namespace sallyport::proxy
