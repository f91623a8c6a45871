// AuditRecord: one event of the audit log as it is read back, complete: a close event repeats its
// session's core fields.
//
// Names and units are the contract's (README, "The audit log"). Values only.
#pragma once

#include "db/AuditEvent.h"
#include "db/TunnelContents.h"

#include <cstdint>
#include <optional>
#include <string_view>

namespace sallyport::db {

struct RecordCounts {
    std::uint64_t clientToProxy = 0;
    std::uint64_t proxyToUpstream = 0;
    std::uint64_t upstreamToProxy = 0;
    std::uint64_t proxyToClient = 0;
    std::optional<std::uint64_t> durationMicroseconds; ///< unknown when the process was lost
};

struct RecordEnd {
    std::string_view by;
    std::string_view reason;
    std::string_view timer;
    std::optional<std::uint64_t> timerMilliseconds; ///< what that timer was set to
    std::string_view error;
};

/// How the upstream was reached; every event of a session repeats it.
struct RecordReached {
    std::string_view dnsAnswers; ///< addresses joined by ";"
    std::optional<std::uint64_t> dnsMicroseconds;
    std::optional<std::uint64_t> connectMicroseconds;
    std::uint16_t tries = 0;
    std::string_view egressIp;
    std::uint16_t egressPort = 0;
};

struct RecordSilence {
    std::string_view lastFromClient; ///< RFC 3339, or empty: no byte came
    std::string_view lastFromUpstream;
    std::uint64_t longestMicroseconds = 0;
    std::string_view first; ///< "client" or "upstream": whose last byte is older; empty if unknown
};

/// Views are valid while the reader's callback runs. Unknown text is empty, an unknown number 0 or
/// nullopt.
struct AuditRecord {
    std::uint64_t seq = 0;
    std::string_view event;
    std::string_view sessionId;
    std::string_view time; ///< RFC 3339, UTC, microseconds
    std::string_view node;
    std::string_view listener;
    std::string_view clientIp;
    std::uint16_t clientPort = 0;
    std::string_view user;
    std::string_view method;
    std::string_view protocol;
    std::string_view form;
    std::string_view host;
    std::uint16_t port = 0;
    std::string_view path;
    std::string_view query; ///< empty unless the settings want it recorded
    std::string_view userAgent;
    std::string_view destinationIp;
    RecordReached reached;
    std::string_view verdict;
    std::string_view stage;
    std::string_view ruleId;
    std::string_view ruleName;
    std::string_view ruleLayer;
    std::optional<std::uint32_t> policyVersion;
    std::string_view ruleWould; ///< ids of rules, joined by ";"
    std::string_view inspection;
    std::string_view inspectionProfile;
    std::uint16_t status = 0;

    std::optional<RecordCounts> counts;   ///< update and close events, alerts that were told them
    std::optional<RecordSilence> silence; ///< update and close events of tunnels and WebSockets
    std::optional<std::uint64_t> firstByteMicroseconds; ///< close events
    std::optional<TcpFigures> tcpClient;                ///< close events
    std::optional<TcpFigures> tcpUpstream;
    std::optional<RecordEnd> end; ///< close and decision events
    const TunnelContents* contents = nullptr; ///< update and close events; null: nothing was seen
    const FoundByCheck* found = nullptr;      ///< alert events
    const AdminAct* admin = nullptr;          ///< admin events, which are of no session
    const Checkpoint* checkpoint = nullptr;   ///< checkpoint events, likewise
};

} // namespace sallyport::db
