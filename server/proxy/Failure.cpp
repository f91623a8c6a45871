#include "proxy/Failure.h"

#include "policy/Quoted.h"
#include "policy/SpecialPurpose.h"

#include <utility>

namespace sallyport::proxy {

using audit::CloseBy;
using audit::CloseReason;
using net::Error;

namespace {

std::string detailsOf(const Error& error)
{
    return error.detail.empty() ? std::string(net::kindName(error.kind)) : error.detail;
}

} // namespace

Failure badRequest(http::HeadFault fault)
{
    Failure failure = badRequest(http::describe(fault));
    failure.status = http::statusFor(fault);
    return failure;
}

Failure badRequest(std::string_view sentence)
{
    return {.status = 400,
            .error = "http_request_error",
            .details = std::string(sentence),
            .reason = std::string(sentence),
            .by = CloseBy::Proxy,
            .closeReason = CloseReason::BadRequest,
            .expired = {}};
}

Failure notSupported(std::string_view sentence)
{
    Failure failure = badRequest(sentence);
    failure.status = 501;
    failure.closeReason = CloseReason::NotSupported;
    return failure;
}

Failure headTimedOut(net::Duration headTimeout)
{
    return {.status = 408,
            .error = "http_request_error",
            .details = "request head incomplete",
            .reason = "The request did not arrive completely in the time allowed for it. Try "
                      "again; if it happens "
                      "often, the network between you and the proxy is losing packets.",
            .by = CloseBy::Proxy,
            .closeReason = CloseReason::HeadTimeout,
            .expired = {"head-timeout", headTimeout}};
}

Failure bodyTimedOut(net::Duration bodyTimeout)
{
    return {.status = 408,
            .error = "http_request_error",
            .details = "request body stood still",
            .reason = "The request's body stopped arriving before it was complete. Try again.",
            .by = CloseBy::Proxy,
            .closeReason = CloseReason::BodyTimeout,
            .expired = {"body-timeout", bodyTimeout}};
}

Failure denied(const policy::Verdict& verdict, std::string_view host, const net::IpAddress* address)
{
    const policy::Rule* rule = verdict.rule();
    const bool guard = verdict.layer == policy::Layer::Guard;
    Failure failure{.status = 403,
                    .error = guard && address ? "destination_ip_prohibited" : "http_request_denied",
                    .details = {},
                    .reason = {},
                    .by = CloseBy::Policy,
                    .closeReason = CloseReason::Denied,
                    .expired = {}};
    const std::string layer(policy::layerName(verdict.layer));
    if (rule) {
        failure.details = layer + " rule " + policy::quoted(rule->name);
        failure.reason = "The rule " + policy::quoted(rule->name) +
                         " of your organisation's policy does not allow access to " +
                         std::string(host) + ".";
    } else if (guard && address) {
        const std::string kind = policy::specialPurposeText(address->bytes());
        failure.details = layer + " default: " + address->toString();
        failure.reason = std::string(host) + " has the address " + address->toString() +
                         (kind.empty() ? "" : " (" + kind + ")") +
                         ". Internal and special addresses are not reached through this proxy "
                         "unless a guard rule "
                         "allows them.";
    } else {
        failure.details = layer + " default";
        failure.reason = "No rule of your organisation's policy allows access to " +
                         std::string(host) +
                         ". If you need it, ask for a rule and quote the session id below.";
    }
    return failure;
}

Failure revoked(const policy::Verdict& verdict, std::string_view host)
{
    Failure failure = denied(verdict, host, nullptr);
    failure.closeReason = CloseReason::PolicyRevoked;
    return failure;
}

Failure terminated()
{
    return {.status = 403,
            .error = "http_request_denied",
            .details = "terminated",
            .reason = "An administrator has ended this request.",
            .by = CloseBy::Admin,
            .closeReason = CloseReason::Terminated,
            .expired = {}};
}

Failure loopDetected(std::string_view sentence)
{
    return {.status = 508,
            .error = "proxy_loop_detected",
            .details = std::string(sentence),
            .reason = std::string(sentence),
            .by = CloseBy::Proxy,
            .closeReason = CloseReason::LoopDetected,
            .expired = {}};
}

Failure tooManyConnections()
{
    return {.status = 503,
            .error = "connection_limit_reached",
            .details = "max-connections",
            .reason =
                "The proxy holds as many connections as it is allowed to. Try again in a moment.",
            .by = CloseBy::Proxy,
            .closeReason = CloseReason::TooManyConnections,
            .expired = {}};
}

Failure auditUnavailable()
{
    return {.status = 503,
            .error = "proxy_internal_error",
            .details = "audit log unavailable",
            .reason = "The proxy cannot record sessions at the moment and lets none in that it "
                      "cannot record. Try "
                      "again in a moment; if it lasts, tell your network administrators.",
            .by = CloseBy::Proxy,
            .closeReason = CloseReason::Internal,
            .expired = {}};
}

Failure internalError()
{
    return {.status = 503,
            .error = "proxy_internal_error",
            .details = "internal error",
            .reason = "The proxy met an error of its own. Try again; if it lasts, tell your "
                      "network administrators.",
            .by = CloseBy::Proxy,
            .closeReason = CloseReason::Internal,
            .expired = {}};
}

Failure resolveFailed(const Error& error, std::string_view host, net::Duration resolveTimeout)
{
    const std::string name(host);
    Failure failure{.status = 502,
                    .error = "dns_error",
                    .details = detailsOf(error),
                    .reason = {},
                    .by = CloseBy::Proxy,
                    .closeReason = CloseReason::DnsFailure,
                    .expired = {}};
    switch (error.kind) {
    case Error::Kind::NotFound:
        failure.reason = "There is no host named " + name + ". Check the spelling of the address.";
        break;
    case Error::Kind::TimedOut:
        failure.status = 504;
        failure.error = "dns_timeout";
        failure.reason =
            "The name server did not say in time where " + name + " is. Try again in a moment.";
        failure.expired = {"resolve-timeout", resolveTimeout};
        break;
    default:
        failure.reason =
            "The name server could not say where " + name + " is. Try again in a moment.";
        break;
    }
    return failure;
}

Failure connectFailed(const Error& error, std::string_view host, net::Duration connectTimeout)
{
    const std::string name(host);
    Failure failure{.status = 502,
                    .error = "destination_unavailable",
                    .details = detailsOf(error),
                    .reason = name + " could not be reached.",
                    .by = CloseBy::Upstream,
                    .closeReason = CloseReason::ConnectFailed,
                    .expired = {}};
    switch (error.kind) {
    case Error::Kind::Refused:
    case Error::Kind::Reset:
        failure.error = "connection_refused";
        failure.reason = name + " refused the connection: nothing answers on that port.";
        failure.closeReason = CloseReason::ConnectRefused;
        break;
    case Error::Kind::TimedOut:
        failure.status = 504;
        failure.error = "connection_timeout";
        failure.reason =
            name + " did not answer in time. It may be down, or a firewall drops the connection.";
        failure.by = CloseBy::Proxy;
        failure.closeReason = CloseReason::ConnectTimeout;
        failure.expired = {"connect-timeout", connectTimeout};
        break;
    case Error::Kind::Unreachable:
        failure.error = "destination_ip_unroutable";
        failure.reason = "There is no route from the proxy to " + name + ".";
        break;
    case Error::Kind::NoResources:
        failure.status = 503;
        failure.error = "connection_limit_reached";
        failure.reason = "The proxy cannot open more connections at the moment. Try again shortly.";
        failure.by = CloseBy::Proxy;
        break;
    default:
        break;
    }
    return failure;
}

Failure answerFailed(const Error& error, std::string_view host, const ExpiredLimit& limit)
{
    const std::string name(host);
    Failure failure{.status = 502,
                    .error = "http_response_incomplete",
                    .details = detailsOf(error),
                    .reason = name + " closed the connection before it had answered.",
                    .by = CloseBy::Upstream,
                    .closeReason = CloseReason::UpstreamEnded,
                    .expired = {}};
    switch (error.kind) {
    case Error::Kind::TimedOut:
        failure.status = 504;
        failure.error = "http_response_timeout";
        failure.reason = name + " accepted the request but did not answer in time.";
        failure.by = CloseBy::Proxy;
        failure.closeReason = CloseReason::ResponseTimeout;
        failure.expired = limit;
        break;
    case Error::Kind::Reset:
    case Error::Kind::Failed:
        failure.error = "connection_terminated";
        failure.closeReason = CloseReason::UpstreamReset;
        break;
    default:
        break;
    }
    return failure;
}

Failure badAnswer(std::string_view sentence)
{
    return {.status = 502,
            .error = "http_protocol_error",
            .details = std::string(sentence),
            .reason = "The answer of the other side could not be passed on, because it is not "
                      "correct HTTP: " +
                      std::string(sentence),
            .by = CloseBy::Upstream,
            .closeReason = CloseReason::BadResponse,
            .expired = {}};
}

} // namespace sallyport::proxy
