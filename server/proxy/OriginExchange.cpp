#include "proxy/OriginExchange.h"

#include "http/ForwardedHead.h"
#include "proxy/Worker.h"

#include <algorithm>
#include <utility>

namespace sallyport::proxy {

namespace {

using audit::CloseBy;
using audit::CloseReason;
using net::Error;
using FramingKind = http::BodyFraming::Kind;

constexpr int MaxInterimAnswers = 32;

} // namespace

OriginExchange::OriginExchange(Exchange& exchange, net::TcpStream upstream, Origin origin)
    : exchange_(exchange), upstream_(std::move(upstream)),
      egress_(exchange.session->reached().egress.value_or(net::Endpoint())),
      inbox_(exchange.worker.buffers()), body_(exchange, upstream_), origin_(origin)
{
    exchange_.session->carriedBy(this);
}

OriginExchange::~OriginExchange()
{
    // A tunnel may have it by now.
    if (exchange_.session && exchange_.session->carrier() == this)
        exchange_.session->carriedBy(nullptr);
}

void OriginExchange::stopCarrying()
{
    // A client that has nothing of an answer yet is still told why.
    if (clientAnswered_)
        exchange_.client.abort();
    if (upstream_)
        upstream_.abort();
}

net::TcpStream OriginExchange::takeStream()
{
    exchange_.session->carriedBy(nullptr);
    return std::move(upstream_);
}

net::Task<net::Result<void>> OriginExchange::send()
{
    auto& loop = exchange_.worker.loop();
    const auto framing = exchange_.head.bodyFraming();
    sentAt_ = loop.now();
    if (framing.kind != FramingKind::None) {
        // The head's bytes make room for the body's; nothing of the head is looked at from here on.
        exchange_.consumeHead();
        body_.start(framing, std::move(exchange_.outgoing));
        co_return net::Result<void>();
    }
    const auto deadline = loop.now() + exchange_.options.timeouts.body;
    co_return co_await upstream_.write(exchange_.outgoing, deadline);
}

bool OriginExchange::mayRetry(const Failure& failure) const
{
    const bool wentAway = failure.closeReason == CloseReason::UpstreamEnded ||
                          failure.closeReason == CloseReason::UpstreamReset;
    const auto& method = exchange_.session->method();
    const bool safe =
        method == "GET" || method == "HEAD" || method == "OPTIONS" || method == "TRACE";
    return origin_ == Origin::Reused && wentAway && !answerBegun_ && safe &&
           !exchange_.session->ended() && exchange_.headBytes == Exchange::HeadBytes::InInbox;
}

net::TimePoint OriginExchange::answerDeadline() const
{
    const auto limit = exchange_.options.timeouts.response;
    if (body_.underWay())
        return exchange_.worker.loop().now() + limit;
    return std::max(sentAt_, body_.endedAt()) + limit;
}

Failure OriginExchange::failureOf(const Error& error) const
{
    if (auto clients = body_.clientFailure())
        return std::move(*clients);
    const auto& timeouts = exchange_.options.timeouts;
    if (body_.end() == BodyEnd::SinkStalled)
        return answerFailed(
            Error{Error::Kind::TimedOut, net::Side::Upstream, "the request's body was not taken"},
            exchange_.session->host(), {"body-timeout", timeouts.body});
    return answerFailed(error, exchange_.session->host(), {"response-timeout", timeouts.response});
}

net::Task<net::Result<void>> OriginExchange::readMore()
{
    while (true) {
        const auto deadline = answerDeadline();
        const auto got = co_await upstream_.read(inbox_.room(), deadline);
        if (got && *got > 0) {
            answerBegun_ = true;
            exchange_.session->upstreamSpoke();
            inbox_.added(*got);
            co_return net::Result<void>();
        }
        if (got)
            co_return std::unexpected(Error{Error::Kind::Ended, net::Side::Upstream, {}});
        // The time for an answer begins when the body has been sent.
        if (got.error().kind == Error::Kind::TimedOut &&
            answerDeadline() > exchange_.worker.loop().now())
            continue;
        co_return std::unexpected(got.error());
    }
}

net::Task<std::expected<void, Failure>> OriginExchange::awaitAnswer()
{
    auto& answer = exchange_.answer;
    answer.reset();
    for (int interims = 0; interims <= MaxInterimAnswers;) {
        const auto outcome = inbox_.empty() ? http::ParseOutcome::NeedMore
                                            : answer.parse(inbox_.bytes(), exchange_.options.head);
        if (outcome == http::ParseOutcome::Bad)
            co_return std::unexpected(badAnswer(http::describe(answer.fault())));
        if (outcome == http::ParseOutcome::NeedMore) {
            const auto more = co_await readMore();
            if (!more)
                co_return std::unexpected(failureOf(more.error()));
            continue;
        }
        if (!answer.interim())
            co_return std::expected<void, Failure>();
        ++interims;
        const auto passed = co_await passInterim();
        if (!passed)
            co_return std::unexpected(passed.error());
    }
    co_return std::unexpected(badAnswer("The upstream sent too many interim answers."));
}

net::Task<std::expected<void, Failure>> OriginExchange::passInterim()
{
    auto& answer = exchange_.answer;
    std::string interim;
    if (exchange_.clientMinorVersion >= 1)
        http::writeForwardedResponse(answer, exchange_.options.name, http::ConnectionUse::Persist,
                                     http::BodyCoding::AsReceived, interim);
    inbox_.consume(answer.headBytes());
    answer.reset();
    if (interim.empty())
        co_return std::expected<void, Failure>();
    exchange_.session->opened(0);
    clientAnswered_ = true;
    const auto deadline = exchange_.worker.loop().now() + exchange_.options.timeouts.body;
    const auto recorded = co_await exchange_.worker.recordWaiters().recorded(deadline);
    if (!recorded)
        co_return std::unexpected(auditUnavailable());
    const auto sent = co_await exchange_.client.write(interim, deadline);
    clientAnswered_ = false;
    if (sent)
        co_return std::expected<void, Failure>();
    Failure failure = badRequest("The client closed the connection before it had its answer.");
    failure.by = CloseBy::Client;
    failure.closeReason = CloseReason::ClientReset;
    co_return std::unexpected(std::move(failure));
}

net::Task<After> OriginExchange::refuse(Failure failure)
{
    co_await body_.stop();
    upstream_.close();
    if (!exchange_.client.channel().writeAborted()) {
        if (exchange_.session->revoked())
            failure = revoked(exchange_.session->verdict(), exchange_.session->host());
        else if (exchange_.session->terminated())
            failure = terminated();
    }
    if (failure.by == CloseBy::Client) {
        exchange_.session->refused(failure);
        co_return After::Reset;
    }
    co_return co_await exchange_.refuse(std::move(failure));
}

net::Task<After> OriginExchange::relayAnswer()
{
    auto& answer = exchange_.answer;
    Session& session = *exchange_.session;
    const auto framing = answer.bodyFraming(session.method());
    const bool http10 = exchange_.clientMinorVersion == 0;
    const auto coding = http10 && framing.kind == FramingKind::Chunked
                            ? http::BodyCoding::Unchunked
                            : http::BodyCoding::AsReceived;
    const bool hasRequestBody = exchange_.headBytes == Exchange::HeadBytes::Consumed;
    const bool endsByClosing =
        framing.kind == FramingKind::UntilClose || coding == http::BodyCoding::Unchunked;
    const bool persist = exchange_.clientPersists && !exchange_.worker.draining() &&
                         !endsByClosing && (!hasRequestBody || body_.complete());
    auto use = http::ConnectionUse::Close;
    if (persist)
        use = http10 ? http::ConnectionUse::PersistHttp10 : http::ConnectionUse::Persist;

    const int status = answer.statusCode();
    const bool upstreamPersists = answer.persistent() && framing.kind != FramingKind::UntilClose;
    exchange_.outgoing.clear();
    http::writeForwardedResponse(answer, exchange_.options.name, use, coding, exchange_.outgoing);
    inbox_.consume(answer.headBytes());

    session.opened(status);
    session.answered(status);
    clientAnswered_ = true;
    const auto recordDeadline = exchange_.worker.loop().now() + exchange_.options.timeouts.body;
    const auto recorded = co_await exchange_.worker.recordWaiters().recorded(recordDeadline);
    if (!recorded) {
        inbox_.release();
        co_return co_await refuse(auditUnavailable());
    }
    BodyWay way{.from = upstream_,
                .inbox = inbox_,
                .to = exchange_.client,
                .limits = exchange_.options.head,
                .stallLimit = exchange_.options.timeouts.body,
                .bytesRead = session.bytes.upstreamToProxy,
                .bytesWritten = session.bytes.proxyToClient};
    const auto end = co_await carryBody(way, framing, coding, exchange_.outgoing);
    const bool requestComplete = !hasRequestBody || body_.complete();
    co_await body_.stop();
    auto sessionEnds = sessionEnd(end);
    sessionEnds.tcpUpstream = upstream_.channel().tcpFigures();
    session.closed(sessionEnds);

    if (end != BodyEnd::Complete) {
        upstream_.reset();
        co_return After::Reset;
    }
    if (upstreamPersists && requestComplete && inbox_.empty() && !session.ended() &&
        !exchange_.worker.draining())
        exchange_.worker.origins().put(session.origin(), {std::move(upstream_), egress_},
                                       exchange_.options.originConnectionsPerHost,
                                       exchange_.options.timeouts.originIdle);
    if (persist)
        co_return After::NextRequest;
    co_return requestComplete&& exchange_.inbox.empty() ? After::Close : After::Linger;
}

SessionEnd OriginExchange::sessionEnd(BodyEnd end) const
{
    switch (end) {
    case BodyEnd::Complete:
        return {.by = CloseBy::Upstream, .reason = CloseReason::Done};
    case BodyEnd::SourceEnded:
        return {.by = CloseBy::Upstream, .reason = CloseReason::UpstreamEnded};
    case BodyEnd::SourceFailed:
        return {.by = CloseBy::Upstream, .reason = CloseReason::UpstreamReset};
    case BodyEnd::SourceStalled:
    case BodyEnd::SinkStalled:
        return {.by = CloseBy::Proxy,
                .reason = CloseReason::BodyTimeout,
                .expired = {"body-timeout", exchange_.options.timeouts.body}};
    case BodyEnd::SinkFailed:
        return {.by = CloseBy::Client, .reason = CloseReason::ClientReset};
    case BodyEnd::BadFraming:
        return {.by = CloseBy::Upstream, .reason = CloseReason::BadResponse};
    case BodyEnd::Aborted:
        // The client's part of the request failed while the answer came.
        if (const auto failure = body_.clientFailure())
            return {.by = failure->by, .reason = failure->closeReason, .expired = failure->expired};
        break;
    }
    return {.by = CloseBy::Proxy, .reason = CloseReason::Internal};
}

} // namespace sallyport::proxy
