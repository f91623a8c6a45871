// LocalPages: what the proxy itself answers to requests in origin-form on its own port: the PAC
// file and its health.
#pragma once

#include "proxy/Exchange.h"

#include <optional>

namespace sallyport::proxy {

/// Appends the whole answer to exchange.outgoing; false when the path is none of ours.
[[nodiscard]] bool writeLocalPage(Exchange& exchange);
/// Answers OPTIONS and TRACE that are not to be forwarded any further (RFC 9110 §7.6.2), and
/// `OPTIONS *`.
void writeOwnOptions(Exchange& exchange);
void writeOwnTrace(Exchange& exchange);

} // namespace sallyport::proxy
