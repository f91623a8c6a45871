// SessionSummary: a session as a list of live sessions shows it. A value that may go to another
// thread.
#pragma once

#include "audit/AuditEvent.h"
#include "net/IpAddress.h"
#include "policy/Facts.h"
#include "policy/Rule.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sallyport::proxy {

struct SessionSummary {
    audit::SessionId id{};
    audit::AuditTime begun{};
    std::string_view listener; ///< lives as long as the worker
    net::Endpoint client;
    std::string host;
    std::uint16_t port = 0;
    policy::Protocol protocol = policy::Protocol::Http; ///< what is in a tunnel, once that is known
    audit::Form form = audit::Form::None;
    enum class Look : std::uint8_t { Blind, Inside } look = Look::Blind;
    std::string ruleId; ///< empty: a default row
    std::string ruleName;
    policy::Layer layer = policy::Layer::Access;
    std::uint32_t policyVersion = 0;
    std::optional<net::IpAddress> destination;
    audit::ByteCounts bytes;
};

} // namespace sallyport::proxy
