#include "support/SocketAddress.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <cstring>
#include <stdexcept>

namespace sallyport::test {

SocketAddress::SocketAddress(const std::string& address, std::uint16_t port)
{
    sockaddr_in four{};
    sockaddr_in6 six{};
    if (inet_pton(AF_INET, address.c_str(), &four.sin_addr) == 1) {
        four.sin_family = AF_INET;
        four.sin_port = htons(port);
        std::memcpy(&storage_, &four, sizeof four);
    } else if (inet_pton(AF_INET6, address.c_str(), &six.sin6_addr) == 1) {
        six.sin6_family = AF_INET6;
        six.sin6_port = htons(port);
        std::memcpy(&storage_, &six, sizeof six);
    } else {
        throw std::invalid_argument("not an address: " + address);
    }
}

SocketAddress SocketAddress::localOf(int descriptor)
{
    SocketAddress local;
    socklen_t length = sizeof local.storage_;
    if (getsockname(descriptor, reinterpret_cast<sockaddr*>(&local.storage_), &length) != 0)
        throw std::runtime_error(std::string("getsockname: ") + std::strerror(errno));
    return local;
}

SocketAddress SocketAddress::peerOf(int descriptor)
{
    SocketAddress peer;
    socklen_t length = sizeof peer.storage_;
    if (getpeername(descriptor, reinterpret_cast<sockaddr*>(&peer.storage_), &length) != 0)
        throw std::runtime_error(std::string("getpeername: ") + std::strerror(errno));
    return peer;
}

const sockaddr* SocketAddress::raw() const
{
    return reinterpret_cast<const sockaddr*>(&storage_);
}

socklen_t SocketAddress::length() const
{
    return family() == AF_INET6 ? sizeof(sockaddr_in6) : sizeof(sockaddr_in);
}

std::uint16_t SocketAddress::port() const
{
    if (family() == AF_INET6)
        return ntohs(reinterpret_cast<const sockaddr_in6*>(&storage_)->sin6_port);
    return ntohs(reinterpret_cast<const sockaddr_in*>(&storage_)->sin_port);
}

} // namespace sallyport::test
