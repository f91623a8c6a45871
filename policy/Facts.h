// Facts: what is known of one session when the policy is asked, and when it becomes known.
//
// Views are borrowed from the session that asks and must outlive the call only. Knows no socket and
// no clock: addresses are plain bytes in IPv6 form, IPv4 as ::ffff:a.b.c.d, and the time is handed
// in.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace sallyport::policy {

using AddressBytes = std::array<std::uint8_t, 16>;
using WallTime = std::chrono::sys_seconds;

/// How a request came, and what was found inside a tunnel. A CONNECT tunnel is `Connect` from its
/// request on and, once its first bytes are read, `Tls` or `Unknown` as well.
enum class Protocol : std::uint8_t { Http, Connect, WebSocket, Tls, Unknown };
inline constexpr std::size_t ProtocolCount = 5;

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
inline constexpr std::size_t StageCount = 6;

/// What a client sent first through its tunnel.
struct FirstBytes {
    Protocol content = Protocol::Unknown; ///< Tls or Unknown
    std::string_view sni;                 ///< lower case, no trailing dot; empty: none was sent
    std::span<const std::string> alpn;    ///< as offered
};

struct Facts {
    // From Stage::Accept on.
    std::string_view listener;
    AddressBytes client{};
    std::string_view user;               ///< empty: nobody signed in
    std::span<const std::string> groups; ///< of that user
    WallTime now{};                      ///< when the policy is asked

    // From Stage::Request on. What a CONNECT request does not show is empty.
    Protocol protocol = Protocol::Connect; ///< Http, Connect or WebSocket
    std::string_view method;               ///< as sent, case-sensitive
    std::string_view host; ///< lower case, no trailing dot, no brackets; a name or an IP literal
    std::uint16_t port = 0;
    std::string_view path;   ///< normalised (PathPrefix.h)
    std::string_view query;  ///< without the "?"
    std::string_view origin; ///< the host in a handshake's Origin, as `host`; empty: none
    std::span<const std::string> subprotocolsOffered;

    /// From Stage::ResolvedAddress on: the address that would be dialled.
    std::optional<AddressBytes> destination;

    /// From Stage::FirstBytes on, for tunnels; missing at a later stage: they were not looked at.
    std::optional<FirstBytes> firstBytes;

    /// From Stage::UpstreamAnswer on, for WebSockets: the subprotocol chosen, empty for none.
    std::optional<std::string_view> subprotocol;
};

/// "accept", "request", "resolved-address", "first-bytes", "upstream-answer", "running-session".
[[nodiscard]] std::string_view stageName(Stage);
/// "http", "connect", "websocket", "tls", "unknown".
[[nodiscard]] std::string_view protocolName(Protocol);

} // namespace sallyport::policy
