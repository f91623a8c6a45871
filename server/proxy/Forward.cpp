#include "proxy/Forward.h"

#include "http/ForwardedHead.h"
#include "proxy/LocalPages.h"
#include "proxy/OriginExchange.h"
#include "proxy/Upstream.h"
#include "proxy/Worker.h"

#include <optional>
#include <utility>

namespace sallyport::proxy {

namespace {

/// A pooled connection that the policy lets this session use.
std::optional<net::TcpStream> pooled(Exchange& exchange)
{
    Session& session = *exchange.session;
    auto& origins = exchange.worker.origins();
    const std::string origin = session.origin();
    const net::IpAddress* address = origins.peek(origin);
    if (!address || !permits(session, *address))
        return std::nullopt;
    auto kept = origins.take(origin);
    session.reached() = {.egress = kept.egress};
    return std::move(kept.stream);
}

/// Over `upstream` from the head to the end of the answer; nothing when the request should be tried
/// on a new connection.
net::Task<std::optional<After>> carry(Exchange& exchange, net::TcpStream upstream,
                                      OriginExchange::Origin origin)
{
    exchange.outgoing.clear();
    http::writeForwardedRequest(exchange.head, exchange.options.name, http::ConnectionUse::Persist,
                                exchange.outgoing);
    OriginExchange exchanged(exchange, std::move(upstream), origin);
    exchange.session->allKnown();
    auto sent = co_await exchanged.send();
    if (!sent) {
        Failure failure = answerFailed(sent.error(), exchange.session->host(),
                                       {"body-timeout", exchange.options.timeouts.body});
        if (exchanged.mayRetry(failure))
            co_return std::nullopt;
        co_return co_await exchanged.refuse(std::move(failure));
    }
    auto answered = co_await exchanged.awaitAnswer();
    if (!answered) {
        if (exchanged.mayRetry(answered.error()))
            co_return std::nullopt;
        co_return co_await exchanged.refuse(std::move(answered.error()));
    }
    if (exchange.answer.statusCode() == 101) {
        Failure failure = badAnswer("The upstream switched protocols without being asked to.");
        co_return co_await exchanged.refuse(std::move(failure));
    }
    co_return co_await exchanged.relayAnswer();
}

} // namespace

net::Task<After> serveForward(Exchange& exchange)
{
    Session& session = *exchange.session;
    const auto& verdict = session.decide(policy::Stage::Request);
    if (verdict.answer == policy::Answer::Deny)
        co_return co_await exchange.refuse(denied(verdict, session.host(), nullptr));
    if (http::viaNames(exchange.head.fields(), exchange.options.name))
        co_return co_await exchange.refuse(loopDetected(
            "The request has passed this proxy before: two proxies send it to each other."));

    if (auto kept = pooled(exchange)) {
        const auto after =
            co_await carry(exchange, std::move(*kept), OriginExchange::Origin::Reused);
        if (after)
            co_return *after;
    }
    auto upstream = co_await openUpstream(exchange);
    if (!upstream)
        co_return co_await exchange.refuse(std::move(upstream.error()));
    const auto after =
        co_await carry(exchange, std::move(*upstream), OriginExchange::Origin::Fresh);
    co_return *after;
}

} // namespace sallyport::proxy
