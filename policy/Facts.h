// Facts: what is known of one session when the policy is asked, and when it becomes known.
//
// Views are borrowed from the session that asks and must outlive the call only. Knows no socket:
// addresses are plain bytes in IPv6 form, IPv4 as ::ffff:a.b.c.d.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace sallyport::policy {

using AddressBytes = std::array<std::uint8_t, 16>;

enum class Protocol : std::uint8_t { Http, Connect, WebSocket, Tls };

/// The moments a policy is asked at, in their order. A fact that is missing at a stage may still
/// become known at a later one.
enum class Stage : std::uint8_t {
    Accept,
    Request,
    ResolvedAddress,
    FirstBytes,
    UpstreamAnswer,
    RunningSession
};

struct Facts {
    AddressBytes client{};
    Protocol protocol = Protocol::Connect;
    std::string_view method; ///< as sent, case-sensitive
    std::string_view host;   ///< lower case, no trailing dot, no brackets; a name or an IP literal
    std::uint16_t port = 0;
    std::optional<AddressBytes>
        destination; ///< the address that would be dialled; unknown before it is resolved
};

/// "accept", "request", "resolved-address", "first-bytes", "upstream-answer", "running-session".
[[nodiscard]] std::string_view stageName(Stage);
/// "http", "connect", "websocket", "tls".
[[nodiscard]] std::string_view protocolName(Protocol);

} // namespace sallyport::policy
