// ClientHello: what the first message of a TLS connection says in the clear (RFC 8446 §4.1.2, §5.1;
// RFC 6066 §3; RFC 7301 §3.1).
//
// Pure: bytes in, values out. Checks the form, and every length against the one around it; knows no
// cipher suites. DTLS and the hello of SSL 2 are not TLS here.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sallyport::tls {

/// Lists are as offered, in order, and empty where the client sent none. Numbers are those of the
/// IANA registries, GREASE among them.
struct ClientHello {
    std::string sni; ///< lower case, no trailing dot; empty: none was sent, or none that is a name
    bool sniMalformed = false; ///< one was sent that is no host name
    std::vector<std::string> alpn;

    std::uint16_t legacyVersion = 0; ///< TLS 1.3 and 1.2 are both called 0x0303 here
    std::vector<std::uint16_t> supportedVersions;
    std::vector<std::uint16_t> cipherSuites;
    std::vector<std::uint16_t> extensions; ///< their types
    std::vector<std::uint16_t> supportedGroups;
    std::vector<std::uint8_t> pointFormats;
    std::vector<std::uint16_t> signatureAlgorithms;

    /// Highest of the supported versions, GREASE aside, or else the legacy version.
    [[nodiscard]] std::uint16_t highestVersion() const;
    /// Encrypted ClientHello; a real one and GREASE look the same. `sni` is then the outer name.
    [[nodiscard]] bool offersEch() const;

    friend bool operator==(const ClientHello&, const ClientHello&) = default;
};

enum class HelloOutcome : std::uint8_t {
    Complete,
    NeedMore,
    NotTls, ///< no ClientHello, a broken one, or one that does not fit the limit
};

inline constexpr std::size_t MaxHelloBytes = 16 * 1024;
/// More protocols than that in one ALPN list are taken for a broken hello.
inline constexpr std::size_t MaxAlpnProtocols = 64;

/// `stream` is all that a client has sent so far; what follows the hello is not looked at. `into`
/// holds something only after Complete. The outcome for a longer stream is the same unless it was
/// NeedMore. Allocates what `into` keeps, nothing else.
[[nodiscard]] HelloOutcome parseClientHello(std::string_view stream, ClientHello& into,
                                            std::size_t limitBytes = MaxHelloBytes);

} // namespace sallyport::tls
