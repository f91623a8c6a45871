// Failure: why a request cannot be carried, in the words of the answer and of the record.
//
// The one place where a failure of the network, the policy's no or a fault in a head becomes a
// status, an RFC 9209 error type, a sentence for a person and a close reason.
#pragma once

#include "audit/AuditEvent.h"
#include "http/HeadFault.h"
#include "net/EventLoop.h"
#include "net/IpAddress.h"
#include "net/Result.h"
#include "policy/Verdict.h"

#include <string>
#include <string_view>

namespace sallyport::proxy {

/// A time limit that ran out.
struct ExpiredLimit {
    std::string_view setting{}; ///< its name; empty: none did
    net::Duration limit{};
};

struct Failure {
    int status = 502;
    std::string_view error; ///< RFC 9209 §2.3
    std::string details;    ///< technical, for Proxy-Status
    std::string reason;     ///< what happened and what to do, for a person
    audit::CloseBy by = audit::CloseBy::Proxy;
    audit::CloseReason closeReason = audit::CloseReason::Internal;
    ExpiredLimit expired{};
};

/// The request's own faults: 400, 414, 431, 501, 505.
[[nodiscard]] Failure badRequest(http::HeadFault fault);
[[nodiscard]] Failure badRequest(std::string_view sentence);
[[nodiscard]] Failure notSupported(std::string_view sentence);
[[nodiscard]] Failure headTimedOut(net::Duration headTimeout);
[[nodiscard]] Failure bodyTimedOut(net::Duration bodyTimeout);

/// 403. `address` is the one that was refused, if the layer judged one.
[[nodiscard]] Failure denied(const policy::Verdict& verdict, std::string_view host,
                             const net::IpAddress* address);
/// 403 for a request that a policy published since has ended before it had its answer.
[[nodiscard]] Failure revoked(const policy::Verdict& verdict, std::string_view host);
/// 403 for a request that an administrator has ended before it had its answer.
[[nodiscard]] Failure terminated();
[[nodiscard]] Failure loopDetected(std::string_view sentence);
[[nodiscard]] Failure tooManyConnections();
[[nodiscard]] Failure auditUnavailable();
[[nodiscard]] Failure internalError();

[[nodiscard]] Failure resolveFailed(const net::Error& error, std::string_view host,
                                    net::Duration resolveTimeout);
[[nodiscard]] Failure connectFailed(const net::Error& error, std::string_view host,
                                    net::Duration connectTimeout);
/// While the upstream's answer was awaited; `limit` is what has expired if it took too long.
[[nodiscard]] Failure answerFailed(const net::Error& error, std::string_view host,
                                   const ExpiredLimit& limit);
/// 502: the upstream's answer broke the protocol.
[[nodiscard]] Failure badAnswer(std::string_view sentence);

} // namespace sallyport::proxy
