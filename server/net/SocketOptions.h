// Options of a socket that carries sessions; private to the room.
#pragma once

#include <chrono>

namespace sallyport::net {

/// No delay for small segments; keep-alive probes after `keepAlive` of silence (zero: none), four
/// times as often from then on, until as many as the kernel is set to are lost. Accepted sockets
/// inherit both from their listener.
void setTunnelOptions(int descriptor, std::chrono::seconds keepAlive);

} // namespace sallyport::net
