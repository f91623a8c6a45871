#include "net/SocketAddress.h"

#include <netinet/in.h>

#include <cstring>

namespace sallyport::net {

socklen_t toSockaddr(const Endpoint& endpoint, sockaddr_storage& storage)
{
    const auto& bytes = endpoint.address.bytes();
    if (endpoint.address.isV4()) {
        sockaddr_in v4{};
        v4.sin_family = AF_INET;
        v4.sin_port = htons(endpoint.port);
        std::memcpy(&v4.sin_addr, bytes.data() + 12, 4);
        std::memcpy(&storage, &v4, sizeof v4);
        return sizeof v4;
    }
    sockaddr_in6 v6{};
    v6.sin6_family = AF_INET6;
    v6.sin6_port = htons(endpoint.port);
    std::memcpy(&v6.sin6_addr, bytes.data(), bytes.size());
    std::memcpy(&storage, &v6, sizeof v6);
    return sizeof v6;
}

Endpoint fromSockaddr(const sockaddr_storage& storage)
{
    if (storage.ss_family == AF_INET) {
        sockaddr_in v4{};
        std::memcpy(&v4, &storage, sizeof v4);
        return {IpAddress::v4(ntohl(v4.sin_addr.s_addr)), ntohs(v4.sin_port)};
    }
    if (storage.ss_family == AF_INET6) {
        sockaddr_in6 v6{};
        std::memcpy(&v6, &storage, sizeof v6);
        IpAddress::Bytes bytes;
        std::memcpy(bytes.data(), &v6.sin6_addr, bytes.size());
        return {IpAddress(bytes), ntohs(v6.sin6_port)};
    }
    return {};
}

Endpoint localEndpoint(int descriptor)
{
    sockaddr_storage storage{};
    socklen_t size = sizeof storage;
    if (::getsockname(descriptor, reinterpret_cast<sockaddr*>(&storage), &size) != 0)
        return {};
    return fromSockaddr(storage);
}

} // namespace sallyport::net
