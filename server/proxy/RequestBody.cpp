#include "proxy/RequestBody.h"

#include "proxy/Worker.h"

#include <utility>

namespace sallyport::proxy {

using audit::CloseBy;
using audit::CloseReason;

RequestBody::RequestBody(Exchange& exchange, net::TcpStream& upstream)
    : exchange_(exchange), upstream_(upstream)
{}

void RequestBody::start(http::BodyFraming framing, std::string head)
{
    head_ = std::move(head);
    job_.start(carry(framing));
}

net::Task<void> RequestBody::carry(http::BodyFraming framing)
{
    auto& bytes = exchange_.session->bytes;
    BodyWay way{.from = exchange_.client,
                .inbox = exchange_.inbox,
                .to = upstream_,
                .limits = exchange_.options.head,
                .stallLimit = exchange_.options.timeouts.body,
                .bytesRead = bytes.clientToProxy,
                .bytesWritten = bytes.proxyToUpstream};
    end_ = co_await carryBody(way, framing, http::BodyCoding::AsReceived, head_);
    endedAt_ = exchange_.worker.loop().now();
    if (clientFailure())
        upstream_.abort();
}

std::optional<Failure> RequestBody::clientFailure() const
{
    if (!end_)
        return std::nullopt;
    switch (*end_) {
    case BodyEnd::SourceStalled:
        return bodyTimedOut(exchange_.options.timeouts.body);
    case BodyEnd::BadFraming:
        return badRequest("The chunked framing of the request's body is broken.");
    case BodyEnd::SourceEnded:
    case BodyEnd::SourceFailed: {
        Failure failure =
            badRequest("The client closed the connection before the request was complete.");
        failure.by = CloseBy::Client;
        failure.closeReason =
            *end_ == BodyEnd::SourceEnded ? CloseReason::ClientEnded : CloseReason::ClientReset;
        return failure;
    }
    default:
        return std::nullopt;
    }
}

net::Task<void> RequestBody::stop()
{
    if (underWay()) {
        exchange_.client.abortRead();
        upstream_.abort();
    }
    co_await job_.finished();
    // What the client still sends may be read, to be thrown away.
    exchange_.client.allowRead();
}

} // namespace sallyport::proxy
