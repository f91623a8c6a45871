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
/// request on and, once its first bytes are read, one of `Tls`, `WebSocket`, `TunnelledHttp`, `Ssh`
/// and `Unknown` as well.
enum class Protocol : std::uint8_t {
    Http, ///< absolute-form
    Connect,
    WebSocket, ///< an opening handshake, in a request or as the first bytes of a tunnel
    Tls,
    Unknown,
    TunnelledHttp, ///< another request in the clear, as the first bytes of a tunnel
    Ssh,
};
inline constexpr std::size_t ProtocolCount = 7;
/// What a tunnel can have in it.
inline constexpr std::array AllContents{Protocol::Tls, Protocol::WebSocket, Protocol::TunnelledHttp,
                                        Protocol::Ssh, Protocol::Unknown};

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

/// Names for one session that do not agree: bits of a set.
enum class NameDifference : std::uint8_t {
    SniDiffers = 1,         ///< the SNI is another name than CONNECT asked for
    SniMissing = 2,         ///< TLS without SNI, although CONNECT asked for a name
    HostDiffers = 4,        ///< the Host of a request inside the tunnel is another
    CertificateDiffers = 8, ///< the server's certificate is not for the SNI, nor the name asked for
};
inline constexpr std::array AllNameDifferences{
    NameDifference::SniDiffers, NameDifference::SniMissing, NameDifference::HostDiffers,
    NameDifference::CertificateDiffers};
/// "sni-differs", "sni-missing", "host-differs", "certificate-differs".
[[nodiscard]] std::string_view nameDifferenceName(NameDifference);

class NameDifferences {
public:
    constexpr void add(NameDifference which) { bits_ |= static_cast<std::uint8_t>(which); }
    [[nodiscard]] constexpr bool has(NameDifference which) const
    {
        return (bits_ & static_cast<std::uint8_t>(which)) != 0;
    }
    [[nodiscard]] constexpr bool empty() const { return bits_ == 0; }
    friend bool operator==(const NameDifferences&, const NameDifferences&) = default;

private:
    std::uint8_t bits_ = 0;
};

/// What a client sent first through its tunnel.
struct FirstBytes {
    Protocol content = Protocol::Unknown; ///< not Http or Connect
    std::string_view sni;                 ///< lower case, no trailing dot; empty: none was sent
    std::span<const std::string> alpn;    ///< as offered

    // Of a request in the clear, as in Facts.
    std::string_view path;
    std::string_view query;
    std::string_view origin;
    std::span<const std::string> subprotocolsOffered;

    /// What is known of the server's certificate comes later: the session is then asked again.
    NameDifferences differences;
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

/// What is seen of an HTTP request in the clear: of the session's own or, in a tunnel, of the one
/// that it begins with. All empty where there is none.
struct ClearRequest {
    std::string_view path;
    std::string_view query;
    std::string_view origin;
    std::span<const std::string> subprotocolsOffered;
};
[[nodiscard]] ClearRequest clearRequestOf(const Facts&);
/// Whether the session begins with a WebSocket's opening handshake, as far as is known.
[[nodiscard]] bool hasHandshake(const Facts&);
/// Whether it is a tunnel whose first bytes are still to come.
[[nodiscard]] bool awaitsFirstBytes(const Facts&, Stage);

/// "accept", "request", "resolved-address", "first-bytes", "upstream-answer", "running-session".
[[nodiscard]] std::string_view stageName(Stage);
/// "http", "connect", "websocket", "tls", "unknown", "tunnelled-http", "ssh".
[[nodiscard]] std::string_view protocolName(Protocol);

} // namespace sallyport::policy
