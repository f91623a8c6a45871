// Options of a socket that carries sessions; private to the room.
#pragma once

#include <chrono>

namespace sallyport::net {

/// No delay for small segments; keep-alive probes after `keepAlive` of silence (zero: none), lost
/// after five of them. Accepted sockets inherit both from their listener.
void setTunnelOptions(int descriptor, std::chrono::seconds keepAlive);

} // namespace sallyport::net
