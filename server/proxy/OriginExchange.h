// OriginExchange: one request to an origin and its answer: the head out, the answer's head in, the
// answer's body down.
//
// Forward and Upgrade are stories around it. Owns the upstream stream until it goes back to the
// pool or to a tunnel.
#pragma once

#include "proxy/Exchange.h"
#include "proxy/RequestBody.h"

#include <expected>

namespace sallyport::proxy {

class OriginExchange final : Carrier {
public:
    enum class Origin : std::uint8_t { Fresh, Reused };

    /// The session has been told how `upstream` was reached.
    OriginExchange(Exchange& exchange, net::TcpStream upstream, Origin origin);
    ~OriginExchange();
    OriginExchange(const OriginExchange&) = delete;
    OriginExchange& operator=(const OriginExchange&) = delete;

    /// Sends the head in exchange.outgoing and begins to send the body, if there is one.
    [[nodiscard]] net::Task<net::Result<void>> send();
    /// Reads heads until the final one is in exchange.answer; interim ones are passed on.
    [[nodiscard]] net::Task<std::expected<void, Failure>> awaitAnswer();
    /// Passes the final answer on, closes the session, and gives the stream back to the pool if it
    /// can be used again.
    [[nodiscard]] net::Task<After> relayAnswer();
    /// The request failed before an answer was passed on: answers it here.
    [[nodiscard]] net::Task<After> refuse(Failure failure);

    /// Whether a reused connection turned out to be dead before it had seen this request: nothing
    /// came back, and the request can be sent again as it is (RFC 9112 §9.3.1).
    [[nodiscard]] bool mayRetry(const Failure& failure) const;

    /// For a tunnel, which carries the session from then on.
    [[nodiscard]] net::TcpStream takeStream();
    [[nodiscard]] Inbox& inbox() { return inbox_; }

private:
    void stopCarrying() override;
    [[nodiscard]] net::Task<net::Result<void>> readMore();
    [[nodiscard]] net::Task<std::expected<void, Failure>> passInterim();
    [[nodiscard]] net::TimePoint answerDeadline() const;
    [[nodiscard]] Failure failureOf(const net::Error& error) const;
    [[nodiscard]] SessionEnd sessionEnd(BodyEnd end) const;

    Exchange& exchange_;
    net::TcpStream upstream_;
    net::Endpoint egress_; ///< our end of it
    Inbox inbox_;
    RequestBody body_;
    Origin origin_;
    net::TimePoint sentAt_;
    bool answerBegun_ = false;
    bool clientAnswered_ = false; ///< it has, or is being sent, something of an answer
};

} // namespace sallyport::proxy
