// Connect: the story of a CONNECT request (RFC 9110 §9.3.6), from its head to a tunnel or a
// refusal.
#pragma once

#include "proxy/Exchange.h"

namespace sallyport::proxy {

[[nodiscard]] net::Task<After> serveConnect(Exchange& exchange);

/// Answers the client, then lets a tunnel have both streams, the session and what the client sent
/// early.
/// `answer` is the head the client is sent first and `earlyDownstream` what the upstream sent
/// behind its own; the session is open.
[[nodiscard]] net::Task<After> beginTunnel(Exchange& exchange, net::TcpStream upstream,
                                           std::string_view answer,
                                           std::string_view earlyDownstream);

} // namespace sallyport::proxy
