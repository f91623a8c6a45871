// LocalPages: what the proxy itself answers to requests: the PAC file and its health on its own
// port, and OPTIONS and TRACE that end here.
#pragma once

#include "proxy/Exchange.h"

namespace sallyport::proxy {

/// Appends the whole answer to exchange.outgoing; false when the path is none of ours.
[[nodiscard]] bool writeLocalPage(Exchange& exchange);
/// The answer to `OPTIONS *`.
void writeOwnOptions(Exchange& exchange);
/// Answers OPTIONS and TRACE that must not be forwarded any further (RFC 9110 §7.6.2), decided and
/// recorded like those that are.
[[nodiscard]] net::Task<After> serveAsLastRecipient(Exchange& exchange);

} // namespace sallyport::proxy
