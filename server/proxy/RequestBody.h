// RequestBody: takes a request's body upstream beside the answer's way down, so that neither waits
// for the other (RFC 9112 §9.3: an answer may come before the body has ended).
#pragma once

#include "net/Job.h"
#include "proxy/Body.h"
#include "proxy/Exchange.h"

#include <optional>
#include <string>

namespace sallyport::proxy {

class RequestBody {
public:
    /// A body that is still on its way when this is destroyed is left where it is.
    RequestBody(Exchange& exchange, net::TcpStream& upstream);

    /// Sends `head` and then the body. A client that fails to deliver it aborts the upstream's
    /// stream.
    void start(http::BodyFraming framing, std::string head);

    /// Nothing of the body is missing.
    [[nodiscard]] bool complete() const { return end_ == BodyEnd::Complete; }
    [[nodiscard]] bool underWay() const { return job_.started() && !job_.done(); }
    /// Why it ended; nothing while it is under way.
    [[nodiscard]] std::optional<BodyEnd> end() const { return end_; }
    [[nodiscard]] net::TimePoint endedAt() const { return endedAt_; }
    /// The client's fault that ended the request, if that is what ended it.
    [[nodiscard]] std::optional<Failure> clientFailure() const;

    /// Stops reading from the client and waits until nothing is under way.
    [[nodiscard]] net::Task<void> stop();

private:
    net::Task<void> carry(http::BodyFraming framing);

    Exchange& exchange_;
    net::TcpStream& upstream_;
    std::string head_; ///< an early answer may be written while this is still on its way
    net::Job job_;
    std::optional<BodyEnd> end_;
    net::TimePoint endedAt_;
};

} // namespace sallyport::proxy
