// Upgrade: the story of a WebSocket opening handshake (RFC 6455 §4, RFC 9110 §7.8): forwarded as it
// came, its 101 checked and the subprotocol in it decided on, then relayed. Any other answer stays
// ordinary HTTP.
#pragma once

#include "proxy/Exchange.h"

namespace sallyport::proxy {

/// exchange.head is a handshake by websocket::isHandshake().
[[nodiscard]] net::Task<After> serveUpgrade(Exchange& exchange);

} // namespace sallyport::proxy
