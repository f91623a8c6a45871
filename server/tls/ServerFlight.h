// ServerFlight: what a server answers to a ClientHello, as far as it is in the clear (RFC 8446
// §4.1.3, §4.1.4; RFC 5246 §7.3, §7.4; RFC 5077 §3.1).
//
// Pure: bytes in, values out. Reads up to the ServerHello of TLS 1.3, and up to the server's own
// certificate before that. Checks the form of what it reads, and believes what it says: whether it
// fits the ClientHello is the client's business.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sallyport::tls {

struct ServerFlight {
    std::uint16_t version = 0; ///< chosen; a HelloRetryRequest chooses as well; 0: no ServerHello
    std::uint16_t cipherSuite = 0;
    std::string alpn; ///< chosen; TLS 1.3 hides it

    /// Whether this goes on from an earlier session (in TLS 1.3: from any key known before).
    /// Missing where a HelloRetryRequest puts it off, or where it does not get that far.
    std::optional<bool> resumed;

    /// DER of the server's own certificate; empty in TLS 1.3, in resumed sessions, where there is
    /// none, and where it did not fit the limit.
    std::string certificate;

    /// Description of the alert that ended it (RFC 8446 §6).
    std::optional<std::uint8_t> alert;

    friend bool operator==(const ServerFlight&, const ServerFlight&) = default;
};

enum class FlightOutcome : std::uint8_t {
    Complete, ///< all that is read here, or an alert, or what fits the limit after a ServerHello
    NeedMore,
    NotTls, ///< neither a ServerHello nor an alert, or broken
};

/// Enough for most certificates; only the first of a chain has to fit.
inline constexpr std::size_t MaxFlightBytes = 32 * 1024;

/// `stream` is all that a server has sent so far; what follows is not looked at. `into` holds
/// something only after Complete. The outcome for a longer stream is the same, and so is what it
/// says, unless it was NeedMore. Starts from the beginning each time, at a cost that follows the
/// number of records and of certificate bytes: call it once after each read.
[[nodiscard]] FlightOutcome parseServerFlight(std::string_view stream, ServerFlight& into,
                                              std::size_t limitBytes = MaxFlightBytes);

} // namespace sallyport::tls
