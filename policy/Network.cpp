#include "policy/Network.h"

#include "policy/Quoted.h"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>

namespace sallyport::policy {
namespace {

constexpr unsigned AllBits = 128;
constexpr unsigned Ipv4PrefixBits = 96; // of ::ffff:0:0/96

AddressBytes firstBitsOf(const AddressBytes& address, unsigned bits)
{
    AddressBytes kept{};
    const auto wholeBytes = bits / 8;
    std::copy_n(address.begin(), wholeBytes, kept.begin());
    if (const auto rest = bits % 8; rest != 0)
        kept[wholeBytes] = static_cast<std::uint8_t>(address[wholeBytes] & (0xff00U >> rest));
    return kept;
}

static_assert(std::tuple_size_v<AddressRoom> == INET6_ADDRSTRLEN);

// inet_pton wants a terminating NUL.
bool copyTerminated(std::string_view text, AddressRoom& buffer)
{
    if (text.size() >= buffer.size() || text.contains('\0'))
        return false;
    *std::ranges::copy(text, buffer.begin()).out = '\0';
    return true;
}

std::optional<unsigned> parsePrefixLength(std::string_view text)
{
    unsigned bits = 0;
    const auto* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, bits);
    if (error != std::errc{} || stop != end || (text.size() > 1 && text.front() == '0'))
        return std::nullopt;
    return bits;
}

} // namespace

bool Network::contains(const AddressBytes& address) const
{
    if (prefixBits < Ipv4PrefixBits && isIpv4(address))
        return false;
    return firstBitsOf(address, prefixBits) == base;
}

bool isIpv4(const AddressBytes& address)
{
    static constexpr std::array<std::uint8_t, 12> Mapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
    return std::equal(Mapped.begin(), Mapped.end(), address.begin());
}

std::optional<AddressBytes> parseAddress(std::string_view text)
{
    AddressRoom buffer;
    if (!copyTerminated(text, buffer))
        return std::nullopt;
    AddressBytes address{};
    if (inet_pton(AF_INET6, buffer.data(), address.data()) == 1)
        return address;
    address = {};
    address[10] = address[11] = 0xff;
    if (inet_pton(AF_INET, buffer.data(), address.data() + 12) == 1)
        return address;
    return std::nullopt;
}

std::string addressText(const AddressBytes& address)
{
    AddressRoom room;
    return std::string(writeAddress(address, room));
}

std::string_view writeAddress(const AddressBytes& address, AddressRoom& room)
{
    if (isIpv4(address))
        return inet_ntop(AF_INET, address.data() + 12, room.data(), room.size());
    return inet_ntop(AF_INET6, address.data(), room.data(), room.size());
}

std::expected<Network, std::string> parseNetwork(std::string_view text)
{
    const auto slash = text.find('/');
    const auto addressPart = text.substr(0, slash);
    const auto address = parseAddress(addressPart);
    if (!address)
        return complaint(text, R"(is not an IP network like "10.0.0.0/8" or "2001:db8::/32")");
    if (slash == text.npos)
        return Network{*address, AllBits};

    const auto isDotted = !addressPart.contains(':');
    const auto longest = isDotted ? AllBits - Ipv4PrefixBits : AllBits;
    const auto written = parsePrefixLength(text.substr(slash + 1));
    if (!written || *written > longest)
        return complaint(text, "needs a prefix length from 0 to " + std::to_string(longest) +
                                   " after \"/\"");

    const auto bits = isDotted ? Ipv4PrefixBits + *written : *written;
    const Network network{firstBitsOf(*address, bits), static_cast<std::uint8_t>(bits)};
    if (network.base != *address)
        return complaint(text, "has bits set behind its prefix; the network is \"" +
                                   networkText(network) + '"');
    return network;
}

std::string networkText(const Network& network)
{
    const auto countedFrom =
        network.prefixBits >= Ipv4PrefixBits && isIpv4(network.base) ? Ipv4PrefixBits : 0;
    return addressText(network.base) + '/' + std::to_string(network.prefixBits - countedFrom);
}

} // namespace sallyport::policy
