// Authority: host and optional port, as in a request-target or a Host field (RFC 3986 section 3.2,
// RFC 9112 section 3.2.3).
//
// Strict: what a resolver, a rule and an origin could read in different ways is refused. Knows no
// DNS.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sallyport::http {

enum class HostKind : std::uint8_t { Name, Ipv4, Ipv6 };

/// Views into the text that was parsed; `host` as it came, without brackets.
struct Authority {
    std::string_view host;
    HostKind kind = HostKind::Name;
    std::optional<std::uint16_t> port; ///< never 0
};

/// "host" or "host:port". Refused: userinfo, an empty host or port, port 0, signs and leading zeros
/// in the port, percent-encoding, IPv6 zones, names that look like an IPv4 address but are not one
/// in dotted-quad form (127.1, 0x7f.1, 2130706433, 010.0.0.1), labels over 63 or names over 253
/// bytes.
[[nodiscard]] std::optional<Authority> parseAuthority(std::string_view text);

/// Replaces `out` by the one spelling of a host that rules and records use: lower case, no trailing
/// dot, IPv6 as in RFC 5952 without brackets, IPv4-mapped IPv6 as its IPv4. `host` is one that
/// parseAuthority() gave.
void normalizeHost(std::string_view host, std::string& out);

/// Appends the host with brackets if it is IPv6, and ":port" unless `port` is `defaultPort`.
void writeAuthority(const Authority&, std::uint16_t port, std::uint16_t defaultPort,
                    std::string& out);

} // namespace sallyport::http
