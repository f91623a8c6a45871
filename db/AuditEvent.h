// AuditEvent: one line of the audit log as the workers hand it over and the store keeps it.
//
// Names and units are the contract's (README, "The audit log"). A Close event carries its session's
// id and what changed since the open event, the verdict included; a Decision event (a refusal)
// stands alone. Owns nothing: its views and pointers must live while it is handed over.
#pragma once

#include "db/TunnelContents.h"
#include "policy/Facts.h"
#include "policy/Rule.h"
#include "policy/Verdict.h"

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace sallyport::db {

enum class EventKind : std::uint8_t {
    Open,
    Update,
    Close,
    Decision,
    Alert,
    Admin,      ///< AdminAct
    Checkpoint, ///< Checkpoint
};

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

[[nodiscard]] std::string_view eventKindName(EventKind); ///< "open", "update", "close", …
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

using AuditTime = std::chrono::sys_time<std::chrono::microseconds>;

/// The time that the databases write as that many microseconds since 1970.
[[nodiscard]] constexpr AuditTime auditTime(std::int64_t microseconds)
{
    return AuditTime{std::chrono::microseconds(microseconds)};
}

/// How the upstream was reached, or how far that came.
struct ReachedBy {
    std::span<const policy::AddressBytes> answers;        ///< what the name was resolved to
    std::optional<std::chrono::microseconds> resolveTime; ///< missing: no name was asked for
    std::optional<std::chrono::microseconds> connectTime; ///< over all addresses tried
    std::uint16_t tries = 0;                              ///< addresses that were dialled
    std::optional<policy::AddressBytes> egressAddress;    ///< our end of the connection
    std::uint16_t egressPort = 0;
};

/// Who was silent when. Times of the last byte from each side; missing: none came.
struct Silence {
    std::optional<AuditTime> lastFromClient;
    std::optional<AuditTime> lastFromUpstream;
    std::chrono::microseconds longest{}; ///< in both directions at once
};

/// TCP_INFO of one connection at the session's end.
struct TcpFigures {
    std::uint32_t rttMicroseconds = 0;
    std::uint32_t retransmits = 0; ///< segments, over the connection's life
};

struct AuditEvent {
    static constexpr std::size_t MostWould = policy::WouldHits::Kept;

    EventKind kind = EventKind::Open;
    SessionId session{};
    AuditTime time{};

    // Open and Decision.
    std::string_view listener;
    policy::AddressBytes clientAddress{};
    std::uint16_t clientPort = 0;
    std::string_view user; ///< empty while nobody is asked who they are
    std::string_view userAgent;
    std::string_view method;
    policy::Protocol protocol = policy::Protocol::Http;
    Form form = Form::None;
    std::string_view host; ///< as asked, lower case; empty when the request could not be read
    std::uint16_t port = 0;
    std::string_view path;  ///< without the query; empty for CONNECT
    std::string_view query; ///< without the "?"; empty unless the settings want it recorded
    std::optional<policy::AddressBytes> destination;
    ReachedBy reached;

    // Open and Decision; Update and Close when the policy was asked again since.
    policy::Answer verdict =
        policy::Answer::Undecided; ///< Undecided when the policy was never asked, or cannot say yet
    policy::Stage stage = policy::Stage::Accept;
    policy::Layer layer = policy::Layer::Access;
    std::string_view ruleId; ///< empty: the layer's default row
    std::string_view ruleName;
    /// Ids of rows in report mode that would have answered, empty behind the last.
    std::array<std::string_view, MostWould> would{};
    std::optional<policy::Action> inspection; ///< missing: the policy cannot say yet
    std::string_view inspectionProfile;
    std::optional<std::uint32_t> policyVersion;

    // Open, Decision and Close: the status sent to the client; 0 when none was.
    std::uint16_t status = 0;

    // Update and Close; reason and by also in Decision.
    ByteCounts bytes;
    std::chrono::microseconds duration{};
    Silence silence;
    /// Close: since the session began; missing: the upstream sent nothing.
    std::optional<std::chrono::microseconds> firstByteTime;
    std::optional<TcpFigures> tcpClient;
    std::optional<TcpFigures> tcpUpstream;
    CloseBy closeBy = CloseBy::None;
    CloseReason closeReason = CloseReason::None;
    std::string_view closeTimer; ///< name of the setting whose timer fired, or empty
    std::optional<std::chrono::milliseconds> closeTimerLimit; ///< what it was set to
    std::string_view error;                                   ///< the RFC 9209 error type, or empty

    /// Update and Close: all that was seen inside so far; null: nothing.
    const TunnelContents* contents = nullptr;
    /// Alert only.
    const FoundByCheck* found = nullptr;
};

/// An act of an administrator, or of the proxy on its own data: the admin trail.
struct AdminAct {
    AuditTime time{};
    std::string who;    ///< account, "root (uid 0)" of the command line, or "sallyport"
    std::string source; ///< where from: "command line", or an address
    std::string action; ///< "policy.publish", "audit.export", "audit.delete", …
    std::string object; ///< what it was done to, or empty
    std::string before; ///< JSON text, or empty
    std::string after;  ///< JSON text, or empty
    std::string note;   ///< for people: ticket, reason
};

/// A signed statement of what the chain of records is up to a point (AuditChain.h).
struct Checkpoint {
    std::uint64_t seq = 0; ///< of the checkpoint's own record
    AuditTime time{};
    std::array<std::uint8_t, 32> head{};      ///< the link of the record before it
    std::array<std::uint8_t, 8> keyId{};      ///< first bytes of the public key's SHA-256
    std::array<std::uint8_t, 64> signature{}; ///< Ed25519
};

} // namespace sallyport::db
