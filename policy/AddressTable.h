// AddressTable: which lists have a network that holds an address.
//
// The networks are laid out into disjoint ranges, each with the set of lists that holds there; IPv4
// apart from IPv6, as a network shorter than ::ffff:0:0/96 holds no IPv4 address.
#pragma once

#include "policy/DestinationLists.h"
#include "policy/RangeTable.h"

#include <compare>
#include <cstdint>
#include <vector>

namespace sallyport::policy {

using Ipv4Key = std::uint32_t;

struct Ipv6Key {
    std::uint64_t high = 0;
    std::uint64_t low = 0;

    friend auto operator<=>(const Ipv6Key&, const Ipv6Key&) = default;
    friend std::uint32_t topBits(Ipv6Key key) { return static_cast<std::uint32_t>(key.high >> 48); }
};

class AddressTable {
public:
    struct Entry {
        Network network;
        ListNumber list = 0;
    };

    AddressTable() = default;
    explicit AddressTable(const std::vector<Entry>& entries);

    /// Neither allocates nor locks.
    [[nodiscard]] ListSet find(const AddressBytes& address) const;
    [[nodiscard]] std::size_t memoryBytes() const;

private:
    RangeTable<Ipv4Key> ipv4_;
    RangeTable<Ipv6Key> ipv6_;
    std::vector<ListSet> sets_{ListSet{}};
};

} // namespace sallyport::policy
