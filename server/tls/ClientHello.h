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

struct ClientHello {
    std::string sni; ///< lower case, no trailing dot; empty: none was sent, or none that is a name
    bool sniMalformed = false;     ///< one was sent that is no host name
    std::vector<std::string> alpn; ///< as offered, in order
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
