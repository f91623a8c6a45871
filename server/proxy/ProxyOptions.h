// ProxyOptions: what the story of a connection can be told from outside. An immutable snapshot; a
// reload swaps it.
#pragma once

#include "http/HeadLimits.h"
#include "net/EventLoop.h"
#include "policy/PacFile.h"

#include <cstdint>
#include <optional>
#include <string>

namespace sallyport::proxy {

/// Zero means without limit for tunnelIdle; the others are always positive.
struct Timeouts {
    net::Duration head; ///< a whole request head, from its first byte (the first one: from accept)
    net::Duration keepAlive; ///< between two requests of a connection
    net::Duration resolve;
    net::Duration connect;  ///< all attempts together
    net::Duration response; ///< from the request's last byte to the whole response head
    net::Duration body;     ///< how long a body, or the one who receives it, may stand still
    net::Duration tunnelIdle;
    net::Duration originIdle; ///< an unused connection to an origin
};

/// Whether the record tells the query of a request.
enum class RecordQuery : std::uint8_t { Never, Always };

struct ProxyOptions {
    std::string name; ///< this node, in Via and in the log; a token
    Timeouts timeouts;
    http::HeadLimits head;
    std::size_t firstBytes = 0; ///< how much of a tunnel's is looked at, at most
    /// How long what has begun is waited for when no verdict depends on it.
    net::Duration firstBytesTime = net::Duration::zero();
    std::size_t originConnectionsPerHost = 16;
    /// How long a session lives on that a newer policy forbids; missing: to its own end.
    std::optional<net::Duration> revokeAfter = net::Duration::zero();
    RecordQuery recordQuery = RecordQuery::Never; ///< secrets in it are never told
    /// How often the counters of a session that moves bytes are recorded; zero: never.
    net::Duration auditUpdate = net::Duration::zero();
    policy::PacSettings pac; ///< an empty proxy: the address the file was asked on
};

} // namespace sallyport::proxy
