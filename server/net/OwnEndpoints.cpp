#include "net/OwnEndpoints.h"

#include "net/SocketAddress.h"

#include <ifaddrs.h>
#include <netinet/in.h>

#include <algorithm>
#include <cstring>

namespace sallyport::net {

namespace {

std::vector<IpAddress> interfaceAddresses()
{
    std::vector<IpAddress> found;
    ifaddrs* list = nullptr;
    if (::getifaddrs(&list) != 0)
        return found;
    for (const ifaddrs* entry = list; entry; entry = entry->ifa_next) {
        if (!entry->ifa_addr)
            continue;
        const int family = entry->ifa_addr->sa_family;
        if (family != AF_INET && family != AF_INET6)
            continue;
        sockaddr_storage storage{};
        std::memcpy(&storage, entry->ifa_addr,
                    family == AF_INET ? sizeof(sockaddr_in) : sizeof(sockaddr_in6));
        found.push_back(fromSockaddr(storage).address);
    }
    ::freeifaddrs(list);
    return found;
}

} // namespace

OwnEndpoints::OwnEndpoints(std::span<const Endpoint> listeners)
    : listeners_(listeners.begin(), listeners.end())
{
    if (std::any_of(listeners_.begin(), listeners_.end(),
                    [](const Endpoint& listener) { return listener.address.isUnspecified(); }))
        interfaces_ = interfaceAddresses();
}

bool OwnEndpoints::contains(const Endpoint& endpoint) const
{
    return std::any_of(listeners_.begin(), listeners_.end(), [&](const Endpoint& listener) {
        if (listener.port != endpoint.port)
            return false;
        if (listener.address == endpoint.address)
            return true;
        // Connecting to 0.0.0.0 or :: reaches this machine, as all of 127.0.0.0/8 does.
        if (!listener.address.isUnspecified())
            return endpoint.address.isUnspecified();
        return endpoint.address.isLoopback() || endpoint.address.isUnspecified() ||
               std::find(interfaces_.begin(), interfaces_.end(), endpoint.address) !=
                   interfaces_.end();
    });
}

} // namespace sallyport::net
