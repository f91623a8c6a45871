// Upstream: from an authority to a connected stream: resolve, decide on the addresses, dial those
// that are permitted.
//
// The addresses decided on are the addresses dialled; nothing happens in between.
#pragma once

#include "net/Dialer.h"
#include "net/Task.h"
#include "proxy/Exchange.h"
#include "proxy/Failure.h"

#include <expected>

namespace sallyport::proxy {

/// The session is described and its request-stage verdict is not Deny. On success the session knows
/// its destination and its verdict is Allow, or Undecided for a tunnel or a WebSocket, of which
/// more will be known.
[[nodiscard]] net::Task<std::expected<net::TcpStream, Failure>> openUpstream(Exchange& exchange);

/// Whether the policy lets this session reach that address, or may let it when more is known; also
/// what the record then says.
[[nodiscard]] bool permits(Session& session, const net::IpAddress& address);

} // namespace sallyport::proxy
