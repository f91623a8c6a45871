#include "proxy/Exchange.h"

#include "http/Refusal.h"
#include "proxy/Worker.h"

#include <utility>

namespace sallyport::proxy {

void Exchange::consumeHead()
{
    if (std::exchange(headBytes, HeadBytes::Consumed) == HeadBytes::InInbox)
        inbox.consume(head.headBytes());
}

bool Exchange::canPersist() const
{
    return clientPersists && headBytes == HeadBytes::InInbox && !worker.draining() &&
           head.bodyFraming().kind == http::BodyFraming::Kind::None;
}

After Exchange::afterOwnAnswer() const
{
    return canPersist() ? After::NextRequest : After::Linger;
}

net::Task<After> Exchange::refuse(Failure failure)
{
    session->refused(failure);
    const bool persist = failure.status != 400 && failure.status != 408 && canPersist();
    http::Refusal refusal{.status = failure.status,
                          .proxyStatusError = failure.error,
                          .details = std::move(failure.details),
                          .host = session->host(),
                          .ruleName = {},
                          .reason = std::move(failure.reason),
                          .ruleText = {},
                          .sessionId = session->idText(),
                          .proxyAuthenticate = {},
                          .connection = persist ? http::Refusal::Connection::KeepAlive
                                                : http::Refusal::Connection::Close};
    if (failure.by == audit::CloseBy::Policy) {
        const policy::Rule* rule = session->verdict().rule();
        refusal.ruleName = rule ? rule->name : "default";
        if (rule)
            refusal.ruleText = rule->blockText;
    }
    std::string_view accepted = accept;
    if (headBytes == HeadBytes::InInbox)
        accepted = head.fields().find(http::KnownField::Accept).value_or("");
    outgoing.clear();
    http::writeRefusal(refusal, "sallyport", accepted, session->method(), outgoing);
    const auto after = persist ? After::NextRequest : After::Linger;
    co_return co_await send(outgoing, after);
}

net::Task<After> Exchange::send(std::string_view bytes, After after)
{
    const auto deadline = worker.loop().now() + options.timeouts.body;
    const auto sent = co_await client.write(bytes, deadline);
    co_return sent ? after : After::Close;
}

} // namespace sallyport::proxy
