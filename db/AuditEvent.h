// AuditEvent: one line of the audit log as the workers hand it over and the store keeps it.
//
// Names and units are the contract's (README, "The audit log"). A Close event carries its session's
// id and what changed since the open event, the verdict included; a Decision event (a refusal)
// stands alone.
#pragma once

#include "db/TunnelContents.h"
#include "policy/Policy.h"

#include <array>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace sallyport::db {

enum class EventKind : std::uint8_t { Open, Update, Close, Decision, Alert };

/// How the request arrived.
enum class Form : std::uint8_t { None, Connect, Upgrade, Absolute, Origin };

enum class CloseBy : std::uint8_t { None, Client, Upstream, Proxy, Policy, Admin };

/// Why a session ended or was refused: a closed set; the spelling is closeReasonName().
enum class CloseReason : std::uint8_t {
    None,
    Done,
    ClientReset,
    UpstreamReset,
    ClientEnded,   ///< the client closed in the middle of a request or before its answer
    UpstreamEnded, ///< the upstream closed in the middle of an answer
    IdleTimeout,
    DurationLimit, ///< limits of the policy: time
    ByteLimit,     ///< and bytes
    HeadTimeout,
    BodyTimeout,     ///< a body or its receiver stood still for too long
    ResponseTimeout, ///< no response head in time
    ConnectRefused,
    ConnectTimeout,
    ConnectFailed, ///< unreachable, or no descriptor or port left
    DnsFailure,
    BadRequest,
    BadResponse,
    LoopDetected,
    TooManyConnections,
    NotSupported,
    Denied,
    PolicyRevoked,
    Cut,
    Terminated,
    Drained,
    ProcessLost,
    Internal,
};

[[nodiscard]] std::string_view
    eventKindName(EventKind);                  ///< "open", "update", "close", "decision", "alert"
[[nodiscard]] std::string_view formName(Form); ///< "connect", "upgrade", "absolute", "origin", ""
[[nodiscard]] std::string_view closeByName(CloseBy); ///< "client", …, ""
[[nodiscard]] std::string_view
    closeReasonName(CloseReason); ///< "done", "client-reset", "process-lost", …, ""

using SessionId = std::array<std::uint8_t, 16>; ///< UUIDv7, RFC 9562
[[nodiscard]] std::string toText(const SessionId&);

/// Cumulative. Bodies and tunnel bytes as on the wire; HTTP heads are not counted.
struct ByteCounts {
    std::uint64_t clientToProxy = 0;
    std::uint64_t proxyToUpstream = 0;
    std::uint64_t upstreamToProxy = 0;
    std::uint64_t proxyToClient = 0;

    friend bool operator==(const ByteCounts&, const ByteCounts&) = default;
};

struct AuditEvent {
    EventKind kind = EventKind::Open;
    SessionId session{};
    std::chrono::sys_time<std::chrono::microseconds> time{};

    // Open and Decision.
    std::string_view listener; ///< a name that lives as long as the process
    policy::AddressBytes clientAddress{};
    std::uint16_t clientPort = 0;
    std::string user; ///< empty while nobody is asked who they are
    std::string method;
    policy::Protocol protocol = policy::Protocol::Http;
    Form form = Form::None;
    std::string host; ///< as asked, lower case; empty when the request could not be read
    std::uint16_t port = 0;
    std::string path; ///< without the query; empty for CONNECT
    std::optional<policy::AddressBytes> destination;

    // Open and Decision; Update and Close when the policy was asked again since.
    policy::Answer verdict =
        policy::Answer::Undecided; ///< Undecided when the policy was never asked, or cannot say yet
    policy::Stage stage = policy::Stage::Accept;
    policy::Layer layer = policy::Layer::Access;
    const policy::Rule* rule = nullptr; ///< null: the layer's default row; points into `policy`
    /// Rows in report mode that would have answered, null behind the last; point into `policy`.
    std::array<const policy::Rule*, policy::WouldHits::Kept> would{};
    std::optional<policy::Action> inspection;     ///< missing: the policy cannot say yet
    std::string_view inspectionProfile;           ///< points into `policy`; may be empty
    std::shared_ptr<const policy::Policy> policy; ///< the snapshot that decided; may be null

    // Open, Decision and Close: the status sent to the client; 0 when none was.
    std::uint16_t status = 0;

    // Close; reason and by also in Decision.
    ByteCounts bytes;
    std::chrono::microseconds duration{};
    CloseBy closeBy = CloseBy::None;
    CloseReason closeReason = CloseReason::None;
    std::string_view closeTimer; ///< name of the setting whose timer fired, or empty; static text
    std::string_view error;      ///< the RFC 9209 error type, or empty; static text

    /// Update and Close: all that was seen inside so far; null: nothing.
    std::shared_ptr<const TunnelContents> contents;
    /// Alert only.
    std::shared_ptr<const FoundByCheck> found;
};

} // namespace sallyport::db
