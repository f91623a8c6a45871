#include "proxy/PacFetches.h"

#include <algorithm>

namespace sallyport::proxy {

namespace {

policy::Network networkOf(const policy::AddressBytes& client)
{
    constexpr std::uint8_t Ipv4Bits = 96 + 24;
    constexpr std::uint8_t Ipv6Bits = 64;
    policy::Network network{client, policy::isIpv4(client) ? Ipv4Bits : Ipv6Bits};
    std::fill(network.base.begin() + network.prefixBits / 8, network.base.end(), std::uint8_t{0});
    return network;
}

} // namespace

void PacFetches::note(const policy::AddressBytes& client, Time now)
{
    const auto network = networkOf(client);
    auto entry = std::ranges::find(entries_, network, &Entry::network);
    if (entry == entries_.end() && entries_.size() < MostNetworks) {
        entry = entries_.insert(entry, Entry{network, 0, now});
    } else if (entry == entries_.end()) {
        entry = std::ranges::min_element(entries_, {}, &Entry::last);
        *entry = Entry{network, 0, now};
    }
    ++entry->count;
    entry->last = now;
}

} // namespace sallyport::proxy
