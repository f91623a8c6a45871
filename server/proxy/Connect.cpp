#include "proxy/Connect.h"

#include "proxy/Upstream.h"
#include "proxy/Worker.h"

#include <utility>

namespace sallyport::proxy {

net::Task<After> serveConnect(Exchange& exchange)
{
    Session& session = *exchange.session;
    const auto& verdict = session.decide(policy::Stage::Request);
    if (verdict.answer == policy::Answer::Deny)
        co_return co_await exchange.refuse(denied(verdict, session.host(), nullptr));

    auto upstream = co_await openUpstream(exchange);
    if (!upstream)
        co_return co_await exchange.refuse(std::move(upstream.error()));

    session.opened(200);
    const std::string_view answer = "HTTP/1.1 200 Connection established\r\n\r\n";
    const std::string_view nothingEarly;
    co_return co_await beginTunnel(exchange, std::move(*upstream), answer, nothingEarly);
}

net::Task<After> beginTunnel(Exchange& exchange, net::TcpStream upstream, std::string_view answer,
                             std::string_view earlyDownstream)
{
    using audit::CloseBy;
    using audit::CloseReason;
    Session& session = *exchange.session;
    const auto deadline = exchange.worker.loop().now() + exchange.options.timeouts.body;

    const auto recorded = co_await exchange.worker.recordWaiters().recorded(deadline);
    if (!recorded)
        co_return co_await exchange.refuse(auditUnavailable());

    const auto told = co_await exchange.client.write(answer, deadline);
    if (!told) {
        session.closed(CloseBy::Client, CloseReason::ClientReset);
        upstream.reset();
        co_return After::Reset;
    }

    exchange.consumeHead();
    const Tunnel::Early early{.fromClient = exchange.inbox.bytes(),
                              .fromUpstream = earlyDownstream};
    exchange.worker.startTunnel(std::move(exchange.session), std::move(exchange.client),
                                std::move(upstream), early);
    exchange.inbox.release();
    co_return After::HandedOver;
}

} // namespace sallyport::proxy
