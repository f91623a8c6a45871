#include "policy/SpecialPurpose.h"

#include "policy/Network.h"

#include <algorithm>
#include <bit>

namespace sallyport::policy {
namespace {

constexpr AddressBytes maskOf(unsigned bits)
{
    AddressBytes mask{};
    for (unsigned bit = 0; bit < bits; ++bit)
        mask[bit / 8] = static_cast<std::uint8_t>(mask[bit / 8] | (0x80U >> (bit % 8)));
    return mask;
}

constexpr SpecialBlock v4(std::uint32_t address, unsigned bits, std::string_view network,
                          std::string_view name, std::string_view source,
                          Registry registry = Registry::Ipv4SpecialPurpose)
{
    AddressBytes base{};
    base[10] = base[11] = 0xff;
    for (unsigned byte = 0; byte < 4; ++byte)
        base[12 + byte] = static_cast<std::uint8_t>(address >> (24 - 8 * byte));
    return {network, name, source, registry, base, maskOf(96 + bits)};
}

using Groups = std::array<std::uint16_t, 8>;

constexpr SpecialBlock v6(const Groups& groups, unsigned bits, std::string_view network,
                          std::string_view name, std::string_view source,
                          Registry registry = Registry::Ipv6SpecialPurpose)
{
    AddressBytes base{};
    for (std::size_t group = 0; group < groups.size(); ++group) {
        base[2 * group] = static_cast<std::uint8_t>(groups[group] >> 8);
        base[2 * group + 1] = static_cast<std::uint8_t>(groups[group]);
    }
    return {network, name, source, registry, base, maskOf(bits)};
}

// Where blocks nest, the more telling one stands first. The registries' blocks that are globally
// reachable and lie in no other block (AS112 192.31.196.0/24, 192.175.48.0/24 and
// 2620:4f:8000::/48, AMT 192.52.193.0/24) are ordinary here.
constexpr std::array Ipv4Blocks{
    v4(0x00000000, 8, "0.0.0.0/8", "this network", "RFC 791"),
    v4(0x0a000000, 8, "10.0.0.0/8", "private use", "RFC 1918"),
    v4(0x64400000, 10, "100.64.0.0/10", "carrier-grade NAT", "RFC 6598"),
    v4(0x7f000000, 8, "127.0.0.0/8", "loopback", "RFC 1122"),
    v4(0xa9fe0000, 16, "169.254.0.0/16", "link-local", "RFC 3927"),
    v4(0xac100000, 12, "172.16.0.0/12", "private use", "RFC 1918"),
    v4(0xc0000000, 24, "192.0.0.0/24", "IETF protocol assignments", "RFC 6890"),
    v4(0xc0000200, 24, "192.0.2.0/24", "documentation", "RFC 5737"),
    v4(0xc0586300, 24, "192.88.99.0/24", "6to4 relay anycast", "RFC 7526"),
    v4(0xc0a80000, 16, "192.168.0.0/16", "private use", "RFC 1918"),
    v4(0xc6120000, 15, "198.18.0.0/15", "benchmarking", "RFC 2544"),
    v4(0xc6336400, 24, "198.51.100.0/24", "documentation", "RFC 5737"),
    v4(0xcb007100, 24, "203.0.113.0/24", "documentation", "RFC 5737"),
    v4(0xe0000000, 4, "224.0.0.0/4", "multicast", "RFC 5771", Registry::Ipv4Multicast),
    v4(0xffffffff, 32, "255.255.255.255/32", "limited broadcast", "RFC 8190"),
    v4(0xf0000000, 4, "240.0.0.0/4", "reserved", "RFC 1112"),
};

constexpr std::array Ipv6Blocks{
    v6({}, 128, "::/128", "unspecified address", "RFC 4291"),
    v6({0, 0, 0, 0, 0, 0, 0, 1}, 128, "::1/128", "loopback", "RFC 4291"),
    v6({}, 96, "::/96", "IPv4-compatible, deprecated", "RFC 4291", Registry::Ipv6AddressSpace),
    v6({0x64, 0xff9b, 1}, 48, "64:ff9b:1::/48", "local-use translation", "RFC 8215"),
    v6({0x100}, 64, "100::/64", "discard-only", "RFC 6666"),
    v6({0x100, 0, 0, 1}, 64, "100:0:0:1::/64", "dummy prefix", "RFC 9780"),
    v6({0x2001}, 32, "2001::/32", "Teredo", "RFC 4380"),
    v6({0x2001, 2}, 48, "2001:2::/48", "benchmarking", "RFC 5180"),
    v6({0x2001, 0x10}, 28, "2001:10::/28", "ORCHID, deprecated", "RFC 4843"),
    v6({0x2001, 0x20}, 28, "2001:20::/28", "ORCHIDv2", "RFC 7343"),
    v6({0x2001}, 23, "2001::/23", "IETF protocol assignments", "RFC 2928"),
    v6({0x2001, 0xdb8}, 32, "2001:db8::/32", "documentation", "RFC 3849"),
    v6({0x3fff}, 20, "3fff::/20", "documentation", "RFC 9637"),
    v6({0x5f00}, 16, "5f00::/16", "SRv6 segment identifiers", "RFC 9602"),
    v6({0xfc00}, 7, "fc00::/7", "unique local", "RFC 4193"),
    v6({0xfe80}, 10, "fe80::/10", "link-local", "RFC 4291"),
    v6({0xfec0}, 10, "fec0::/10", "site-local, deprecated", "RFC 3879", Registry::Ipv6AddressSpace),
    v6({0xff00}, 8, "ff00::/8", "multicast", "RFC 4291", Registry::Ipv6Multicast),
};

constexpr auto AllBlocks = [] {
    std::array<SpecialBlock, Ipv4Blocks.size() + Ipv6Blocks.size()> all{};
    std::ranges::copy(Ipv6Blocks, std::ranges::copy(Ipv4Blocks, all.begin()).out);
    return all;
}();

// A block of IPv6 whose addresses stand for the IPv4 address that begins at `offset`.
struct Carrier {
    std::string_view name;
    SpecialBlock block;
    std::size_t offset;
};

constexpr std::array Carriers{
    Carrier{"NAT64", v6({0x64, 0xff9b}, 96, "64:ff9b::/96", "IPv4 translation", "RFC 6052"), 12},
    Carrier{"6to4", v6({0x2002}, 16, "2002::/16", "6to4", "RFC 3056"), 2},
};

// Compared as two numbers: this runs over all blocks for every decision that reaches the guard's
// default row.
bool isIn(const AddressBytes& address, const SpecialBlock& block)
{
    using Halves = std::array<std::uint64_t, 2>;
    const auto halves = std::bit_cast<Halves>(address);
    const auto mask = std::bit_cast<Halves>(block.mask);
    const auto base = std::bit_cast<Halves>(block.base);
    return (halves[0] & mask[0]) == base[0] && (halves[1] & mask[1]) == base[1];
}

const SpecialBlock* findIn(std::span<const SpecialBlock> blocks, const AddressBytes& address)
{
    const auto block = std::ranges::find_if(
        blocks, [&](const SpecialBlock& candidate) { return isIn(address, candidate); });
    return block == blocks.end() ? nullptr : &*block;
}

const Carrier* findCarrier(const AddressBytes& address)
{
    const auto carrier = std::ranges::find_if(
        Carriers, [&](const Carrier& candidate) { return isIn(address, candidate.block); });
    return carrier == Carriers.end() ? nullptr : &*carrier;
}

AddressBytes carriedIpv4(const AddressBytes& address, const Carrier& carrier)
{
    AddressBytes carried{};
    carried[10] = carried[11] = 0xff;
    std::copy_n(address.begin() + static_cast<std::ptrdiff_t>(carrier.offset), 4,
                carried.begin() + 12);
    return carried;
}

} // namespace

const SpecialBlock* findSpecialPurpose(const AddressBytes& address)
{
    if (isIpv4(address))
        return findIn(Ipv4Blocks, address);
    if (const auto* carrier = findCarrier(address))
        return findIn(Ipv4Blocks, carriedIpv4(address, *carrier));
    return findIn(Ipv6Blocks, address);
}

std::string specialPurposeText(const AddressBytes& address)
{
    const auto* block = findSpecialPurpose(address);
    if (block == nullptr)
        return "";
    const auto* carrier = isIpv4(address) ? nullptr : findCarrier(address);
    std::string text;
    if (carrier != nullptr)
        text.append(carrier->name)
            .append(" of ")
            .append(addressText(carriedIpv4(address, *carrier)))
            .append(": ");
    return text.append(block->name).append(", ").append(block->source);
}

std::span<const SpecialBlock> specialBlocks()
{
    return AllBlocks;
}

std::string_view registryName(Registry registry)
{
    switch (registry) {
    case Registry::Ipv4SpecialPurpose:
        return "IANA IPv4 Special-Purpose Address Registry";
    case Registry::Ipv6SpecialPurpose:
        return "IANA IPv6 Special-Purpose Address Registry";
    case Registry::Ipv4Multicast:
        return "IANA IPv4 Multicast Address Space Registry";
    case Registry::Ipv6Multicast:
        return "IANA IPv6 Multicast Address Space Registry";
    case Registry::Ipv6AddressSpace:
        return "IANA Internet Protocol Version 6 Address Space";
    }
    return "";
}

} // namespace sallyport::policy
