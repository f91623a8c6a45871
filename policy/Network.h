// Network: a block of addresses, read from and written as CIDR text. Pure values; no socket, no
// look-up of names.
#pragma once

#include "policy/Facts.h"

#include <array>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

namespace sallyport::policy {

/// A block of IPv6 form whose host bits are zero. A block shorter than ::ffff:0:0/96 ("::/0") holds
/// IPv6 addresses only: whoever writes it means IPv6, and IPv4 has its own spelling, 0.0.0.0/0.
struct Network {
    AddressBytes base{};
    std::uint8_t prefixBits = 0; ///< counted over 128 bits: an IPv4 /8 is 104

    [[nodiscard]] bool contains(const AddressBytes& address) const;

    friend bool operator==(const Network&, const Network&) = default;
};

/// Whether the bytes are ::ffff:a.b.c.d, which is how an IPv4 address is written here.
[[nodiscard]] bool isIpv4(const AddressBytes& address);

/// "a.b.c.d" without leading zeros, or IPv6 text without brackets and zone.
[[nodiscard]] std::optional<AddressBytes> parseAddress(std::string_view text);
/// Dotted for IPv4 (also where it was given as IPv4-mapped IPv6), else the shortest IPv6 form.
[[nodiscard]] std::string addressText(const AddressBytes& address);
/// The same into the caller's room, without allocating; the view points into `room`.
using AddressRoom = std::array<char, 46>;
[[nodiscard]] std::string_view writeAddress(const AddressBytes& address, AddressRoom& room);

/// "10.0.0.0/8", "2001:db8::/32", or an address, which means its full length. The error is a
/// complaint that starts with the quoted text: `"10.0.0.1/8" has bits set behind its prefix; the
/// network is "10.0.0.0/8"`.
[[nodiscard]] std::expected<Network, std::string> parseNetwork(std::string_view text);
/// Always with a prefix length: "10.20.0.7/32".
[[nodiscard]] std::string networkText(const Network& network);

} // namespace sallyport::policy
