// SpecialPurpose: addresses that are not ordinary destinations in the Internet, as the IANA
// registries list them.
//
// The guard's default row refuses them. Addresses that carry an IPv4 address (IPv4-mapped, NAT64,
// 6to4) are judged by the one they carry, so that no spelling leads around the guard.
#pragma once

#include "policy/Facts.h"

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace sallyport::policy {

enum class Registry : std::uint8_t {
    Ipv4SpecialPurpose, ///< RFC 6890, "IANA IPv4 Special-Purpose Address Registry"
    Ipv6SpecialPurpose, ///< RFC 6890, "IANA IPv6 Special-Purpose Address Registry"
    Ipv4Multicast,      ///< RFC 5771
    Ipv6Multicast,      ///< RFC 4291 §2.7
    Ipv6AddressSpace,   ///< RFC 4291: blocks that are reserved or deprecated
};

struct SpecialBlock {
    std::string_view network; ///< CIDR text
    std::string_view name;
    std::string_view source; ///< the document that set it aside
    Registry registry;
    AddressBytes base;
    AddressBytes mask;
};

/// The block that makes `address` special, or null for an ordinary one.
[[nodiscard]] const SpecialBlock* findSpecialPurpose(const AddressBytes& address);

/// For a refusal's text: "loopback, RFC 1122"; empty for an ordinary address.
[[nodiscard]] std::string specialPurposeText(const AddressBytes& address);

/// Every block, for the tests and for pages that show the guard's default row.
[[nodiscard]] std::span<const SpecialBlock> specialBlocks();

/// "IANA IPv4 Special-Purpose Address Registry", …
[[nodiscard]] std::string_view registryName(Registry registry);

} // namespace sallyport::policy
