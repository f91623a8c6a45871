#include "proxy/Upgrade.h"

#include "http/ForwardedHead.h"
#include "proxy/Connect.h"
#include "proxy/OriginExchange.h"
#include "proxy/Upstream.h"
#include "proxy/Worker.h"
#include "websocket/OpeningHandshake.h"

#include <utility>

namespace sallyport::proxy {

namespace {

/// Tells the session what the upstream chose, and whether the policy lets it then.
bool allowsAnswer(Exchange& exchange, websocket::HandshakeFault fault)
{
    Session& session = *exchange.session;
    const auto chosen = exchange.answer.fields().find(http::KnownField::SecWebSocketProtocol);
    session.allKnown();
    if (fault == websocket::HandshakeFault::None)
        session.sawHandshakeAnswer(exchange.answer.statusCode(), chosen.value_or(""),
                                   websocket::extensionsOf(exchange.answer));
    else
        session.sawHandshakeAnswer(exchange.answer.statusCode(), "", "");
    if (session.verdict().answer == policy::Answer::Allow && session.verdict().isSettled())
        return true;
    return session.decide(policy::Stage::UpstreamAnswer).answer == policy::Answer::Allow;
}

} // namespace

net::Task<After> serveUpgrade(Exchange& exchange)
{
    using websocket::HandshakeFault;
    Session& session = *exchange.session;
    const auto fault = websocket::checkRequest(exchange.head);
    if (fault != HandshakeFault::None)
        co_return co_await exchange.refuse(badRequest(websocket::describe(fault)));
    const auto& verdict = session.decide(policy::Stage::Request);
    if (verdict.answer == policy::Answer::Deny)
        co_return co_await exchange.refuse(denied(verdict, session.host(), nullptr));
    if (http::viaNames(exchange.head.fields(), exchange.options.name))
        co_return co_await exchange.refuse(loopDetected(
            "The request has passed this proxy before: two proxies send it to each other."));

    auto upstream = co_await openUpstream(exchange);
    if (!upstream)
        co_return co_await exchange.refuse(std::move(upstream.error()));

    exchange.outgoing.clear();
    http::writeForwardedRequest(exchange.head, exchange.options.name,
                                http::ConnectionUse::UpgradeWebSocket, exchange.outgoing);
    OriginExchange exchanged(exchange, std::move(*upstream), OriginExchange::Origin::Fresh);
    const auto sent = co_await exchanged.send();
    if (!sent) {
        Failure failure = answerFailed(sent.error(), session.host(),
                                       {"body-timeout", exchange.options.timeouts.body});
        co_return co_await exchanged.refuse(std::move(failure));
    }
    auto answered = co_await exchanged.awaitAnswer();
    if (!answered)
        co_return co_await exchanged.refuse(std::move(answered.error()));

    const auto answerFault = websocket::checkAnswer(exchange.answer, exchange.head);
    const bool switching = answerFault != HandshakeFault::NotSwitching;
    if (switching && answerFault != HandshakeFault::None)
        co_return co_await exchanged.refuse(badAnswer(websocket::describe(answerFault)));
    if (!allowsAnswer(exchange, answerFault))
        co_return co_await exchanged.refuse(denied(session.verdict(), session.host(), nullptr));
    if (!switching)
        co_return co_await exchanged.relayAnswer();

    exchange.outgoing.clear();
    http::writeForwardedResponse(exchange.answer, exchange.options.name,
                                 http::ConnectionUse::UpgradeWebSocket,
                                 http::BodyCoding::AsReceived, exchange.outgoing);
    exchanged.inbox().consume(exchange.answer.headBytes());
    session.opened(101);
    const std::string_view head = exchange.outgoing;
    const std::string_view early = exchanged.inbox().bytes();
    co_return co_await beginTunnel(exchange, exchanged.takeStream(), head, early);
}

} // namespace sallyport::proxy
