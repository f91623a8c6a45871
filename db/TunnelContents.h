// TunnelContents: what was seen inside a session, for its record (README, "The audit log").
//
// Values only; empty text, 0 and nullopt stand for what is not known. Never a credential, a cookie
// or payload.
#pragma once

#include "policy/Facts.h"
#include "policy/inspection/Direction.h"
#include "policy/inspection/MessageCounts.h"

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sallyport::db {

/// How much of a session the proxy could look at.
enum class Sight : std::uint8_t {
    Blind,   ///< nothing inside
    Sniffed, ///< what goes in the clear before encryption begins
    Plain,   ///< all of it
};
[[nodiscard]] std::string_view sightName(Sight); ///< "blind", "sniffed", "plain"

struct SeenCertificate {
    std::string subject; ///< RFC 2253 text
    std::string issuer;  ///< likewise
    std::array<std::uint8_t, 32> sha256{};
    std::chrono::sys_seconds notAfter{};
    std::vector<std::string> names; ///< dNSName entries
};

struct SeenTls {
    std::string sni;
    std::vector<std::string> alpnOffered;
    std::string_view version; ///< chosen by the server: "1.3", "1.2", …; static text
    std::string_view cipher;  ///< IANA name, static text
    std::string alpn;         ///< chosen; TLS 1.3 hides it
    std::optional<bool> resumed;
    std::string ja3; ///< MD5, 32 hexadecimal digits
    std::string ja4;
    bool echOffered = false; ///< a real one and GREASE look the same
    std::optional<SeenCertificate> certificate;
};

struct SeenWebSocket {
    std::string path;
    std::string origin; ///< the host in it
    std::vector<std::string> subprotocolsOffered;
    std::string subprotocol; ///< chosen
    std::string extensions;  ///< the server's field
    std::uint16_t status = 0;
    /// Missing: nobody looked.
    std::optional<policy::inspection::PerDirection<policy::inspection::MessageCounts>> counts;
    std::uint16_t closeCode = 0;
    std::string closeReason;
    std::optional<policy::inspection::Direction> closeFrom; ///< who sent the first Close
    std::string notInspectable; ///< why; empty: it was, or nobody looked
};

/// SHA-256 of all bytes in one direction, each computed on its own side.
struct StreamDigests {
    std::array<std::uint8_t, 32> received{};
    std::array<std::uint8_t, 32> sent{};
};

struct InspectionResult {
    std::vector<std::string> notes; ///< names of checks that noted something
    std::uint64_t alerts = 0;
    std::string slowedBy;  ///< name of the check
    std::string cutBy;     ///< name of the check
    bool injected = false; ///< a Close frame of ours went out; not in the byte counts
    std::optional<policy::inspection::PerDirection<StreamDigests>>
        digests; ///< missing: not asked for
};

struct TunnelContents {
    Sight sight = Sight::Blind;
    std::optional<policy::Protocol> content; ///< of a tunnel, by its first bytes
    std::string banner;                      ///< of SSH and the like: the first line
    std::optional<SeenTls> tls;
    policy::NameDifferences differences;
    std::optional<SeenWebSocket> webSocket;
    std::optional<InspectionResult> inspection;
};
/// Whether something inside could differ from the name asked for: TLS, or a request in the clear.
[[nodiscard]] bool haveComparableNames(const TunnelContents&);

/// Of an Alert event: what a check of an inspection profile found.
struct FoundByCheck {
    std::string check;
    policy::inspection::Direction direction = policy::inspection::Direction::ClientToUpstream;
    std::uint64_t message = 0;
    std::uint64_t offset = 0;
    std::string kind;
    std::optional<std::array<std::uint8_t, 32>> digest; ///< keyed hash of the match
};

} // namespace sallyport::db
