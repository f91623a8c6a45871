// Certificate: what an X.509 certificate says of itself, and which hosts it is for (RFC 5280, RFC
// 9525 §6.3).
//
// Nothing is verified: anybody may have written what is read here.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sallyport::tls {

/// Text of a subject or an issuer is cut there.
inline constexpr std::size_t MaxDistinguishedNameBytes = 512;
/// Further names, or further addresses, are left out.
inline constexpr std::size_t MaxCertificateNames = 1000;

struct Certificate {
    std::string subject; ///< RFC 2253 text, in UTF-8
    std::string issuer;  ///< likewise
    std::array<std::uint8_t, 32> sha256{};
    std::chrono::sys_seconds notAfter{};

    /// Lower case, with wildcards; what no host could be called is left out. Without a
    /// subjectAltName these are the subject's common name.
    std::vector<std::string> names;
    /// In IPv6 form, IPv4 as ::ffff:a.b.c.d.
    std::vector<std::array<std::uint8_t, 16>> addresses;
};

/// Nothing if `der` is not one certificate and no more. Allocates; any thread.
[[nodiscard]] std::optional<Certificate> readCertificate(std::string_view der);

/// `host`: lower case, no trailing dot, no brackets; a name or an IP literal. "*" stands for one
/// whole label in front of at least two, and never for a part of an address.
[[nodiscard]] bool covers(const Certificate& certificate, std::string_view host);

} // namespace sallyport::tls
