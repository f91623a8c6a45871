// AuditRecord: one event of the audit log as it is read back, complete: a close event repeats its
// session's core fields.
//
// Names and units are the contract's (README, "The audit log"). Values only.
#pragma once

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
    std::string_view error;
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
    std::string_view destinationIp;
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

    std::optional<RecordCounts> counts; ///< update and close events, alerts that were told them
    std::optional<RecordEnd> end;       ///< close and decision events
    const TunnelContents* contents = nullptr; ///< update and close events; null: nothing was seen
    const FoundByCheck* found = nullptr;      ///< alert events
};

} // namespace sallyport::db
