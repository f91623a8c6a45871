// Conversions between Endpoint and the kernel's sockaddr; private to the room.
#pragma once

#include "net/IpAddress.h"

#include <sys/socket.h>

namespace sallyport::net {

/// Fills `storage` and returns its size. IPv4 endpoints become AF_INET.
socklen_t toSockaddr(const Endpoint& endpoint, sockaddr_storage& storage);
/// The unspecified endpoint when the family is neither AF_INET nor AF_INET6.
[[nodiscard]] Endpoint fromSockaddr(const sockaddr_storage& storage);
[[nodiscard]] Endpoint localEndpoint(int descriptor);

} // namespace sallyport::net
